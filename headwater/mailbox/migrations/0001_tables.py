import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import headwater.kernel.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("acquisition", "0001_initial"),
        ("pools", "0004_stamp"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("created_by_id", models.BigIntegerField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("archived_at", models.DateTimeField(null=True)),
                ("custom", headwater.kernel.models.OrjsonField(default=dict)),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(max_length=254)),
                ("host", models.CharField(max_length=255)),
                ("port", models.PositiveIntegerField(default=993)),
                (
                    "security",
                    models.CharField(
                        choices=[
                            ("tls", "TLS from the start (usually port 993)"),
                            ("starttls", "STARTTLS (usually port 143)"),
                            ("plain", "Not encrypted: only inside your own network"),
                        ],
                        default="tls",
                        max_length=10,
                    ),
                ),
                ("login", models.CharField(max_length=254)),
                ("password_cipher", models.TextField(blank=True, default="")),
                ("folder", models.CharField(default="INBOX", max_length=200)),
                (
                    "unknown",
                    models.CharField(
                        choices=[
                            ("lead", "Make a lead"),
                            ("aside", "Put it aside, a person decides"),
                            ("ignore", "Take no notice of it"),
                        ],
                        default="lead",
                        max_length=10,
                    ),
                ),
                ("business_line", models.CharField(blank=True, default="", max_length=80)),
                ("takes_old", models.BooleanField(default=False)),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("nothing", "Leave it as it is"),
                            ("seen", "Mark it as read"),
                            ("move", "Move it to another folder"),
                        ],
                        default="nothing",
                        max_length=10,
                    ),
                ),
                ("after_folder", models.CharField(blank=True, default="", max_length=200)),
                ("is_on", models.BooleanField(default=True)),
                ("uid_validity", models.BigIntegerField(null=True)),
                ("last_uid", models.BigIntegerField(default=0)),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            (
                                "unknown_host",
                                "There is no server of this name. Is the address spelled right?",
                            ),
                            (
                                "refused",
                                "Nobody answers at this address and port. Are port and encryption right?",
                            ),
                            ("timeout", "The server did not answer in time. A firewall may be in between."),
                            (
                                "certificate",
                                "The server's certificate is not for this name, has expired, or its issuer is unknown here.",
                            ),
                            (
                                "tls",
                                "No encrypted connection came about. Perhaps the port wants another kind of encryption.",
                            ),
                            ("not_imap", "Something answers there, but it is not an IMAP server."),
                            (
                                "login",
                                "The server refuses login or password. QQ, 163 and others want an authorisation code made in their settings instead of the password, and IMAP switched on there.",
                            ),
                            ("folder", "There is no such folder in the mailbox."),
                            ("cut", "The connection broke off. It is tried again by itself."),
                            ("password", "The kept password cannot be read any more: type it in anew."),
                            ("other", "The server answered in a way that is not understood."),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("trouble_detail", models.CharField(blank=True, default="", max_length=300)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=40)),
                ("lease_until", models.DateTimeField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="acquisition.channel",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pools.pool",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="acquisition.source",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-created_at", "-id"], name="mailbox_by_creation")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="mailbox_has_name"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True)),
                        fields=("name",),
                        name="mailbox_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("uid", models.BigIntegerField(null=True)),
                ("message_hash", models.CharField(blank=True, default="", max_length=64)),
                (
                    "thread",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("sender", models.CharField(max_length=254)),
                ("sender_name", models.CharField(blank=True, default="", max_length=120)),
                ("passed_on_by", models.CharField(blank=True, default="", max_length=254)),
                ("recipients", models.CharField(blank=True, default="", max_length=500)),
                ("subject", models.CharField(blank=True, default="", max_length=300)),
                ("text", models.TextField(blank=True, default="")),
                ("quoted", models.TextField(blank=True, default="")),
                ("left_out", headwater.kernel.models.OrjsonField(default=list)),
                ("is_cut", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("kept", "On a timeline"),
                            ("aside", "Put aside"),
                            ("discarded", "Discarded"),
                        ],
                        default="aside",
                        max_length=10,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("unknown", "Unknown sender"),
                            ("colleague", "From a colleague"),
                            ("auto_reply", "Automatic reply"),
                            ("bounce", "Undeliverable"),
                            ("newsletter", "Newsletter or list"),
                            ("loop", "From ourselves"),
                            ("flood", "Too many new senders at once"),
                            ("no_sender", "Without a usable sender"),
                            ("broken", "Could not be read"),
                            ("refused", "No lead could be made of it"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("record_type", models.CharField(max_length=40, null=True)),
                ("record_id", models.BigIntegerField(null=True)),
                ("made_lead", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "mailbox",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mailbox.mailbox",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("record_type"),
                        models.F("record_id"),
                        models.OrderBy(models.F("at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("record_id__isnull", False)),
                        name="mail_record",
                    ),
                    models.Index(
                        condition=models.Q(("message_hash", ""), _negated=True),
                        fields=["message_hash"],
                        name="mail_message",
                    ),
                    models.Index(fields=["state", "-created_at", "-id"], name="mail_by_state"),
                    models.Index(fields=["mailbox", "-created_at"], name="mail_by_mailbox"),
                    django.contrib.postgres.indexes.GinIndex(fields=["thread"], name="mail_thread"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("record_id__isnull", False),
                                ("record_type__isnull", False),
                                ("state", "kept"),
                            ),
                            models.Q(models.Q(("state", "kept"), _negated=True), ("record_id__isnull", True)),
                            _connector="OR",
                        ),
                        name="mail_kept_on_a_record",
                    )
                ],
            },
        ),
    ]
