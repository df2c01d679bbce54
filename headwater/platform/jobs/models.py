from django.db import models


class JobFailure(models.Model):
    """Why a job failed the last time; the queue itself keeps only that it did."""

    job_id = models.BigIntegerField(primary_key=True)
    error = models.TextField()
    failed_at = models.DateTimeField()

    class Meta:
        db_table = "platform_job_failure"
