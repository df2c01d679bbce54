from django.db import models


class StoredFile(models.Model):
    """A file and the record it belongs to; the content lies on disk under its digest."""

    name = models.TextField()
    size = models.BigIntegerField()
    content_type = models.TextField()
    sha256 = models.TextField()
    record_type = models.TextField(default="")
    record_id = models.BigIntegerField(null=True)
    uploaded_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "platform_file"
        indexes = [
            models.Index(fields=["record_type", "record_id"], name="platform_file_record"),
            models.Index(fields=["sha256"], name="platform_file_content"),
        ]

    @property
    def is_image(self) -> bool:
        return self.content_type in {"image/png", "image/jpeg", "image/gif", "image/webp"}
