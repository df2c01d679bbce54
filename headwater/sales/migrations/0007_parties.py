import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import headwater.kernel.models

# No ring and no endless tree, whoever writes: forms, imports, merges, two people at once. `ENABLE ALWAYS`, because
# bulk writing may go without the usual triggers.
TREE = """
CREATE FUNCTION sales_keep_account_tree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above integer;
    below integer;
    is_ring boolean;
BEGIN
    IF NEW.parent_id IS NULL OR (TG_OP = 'UPDATE' AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id) THEN
        RETURN NEW;
    END IF;
    -- One at a time: two moves that each look right could close a ring together.
    PERFORM pg_advisory_xact_lock(hashtext('sales_account.parent_id'));
    WITH RECURSIVE way AS (
        SELECT NEW.parent_id AS id, 1 AS level
        UNION ALL
        SELECT a.parent_id, way.level + 1 FROM way JOIN sales_account a ON a.id = way.id
        WHERE a.parent_id IS NOT NULL AND way.level < 20
    ) SELECT max(level), bool_or(id = NEW.id) INTO above, is_ring FROM way;
    WITH RECURSIVE tree AS (
        SELECT NEW.id AS id, 1 AS level
        UNION ALL
        SELECT a.id, tree.level + 1 FROM tree JOIN sales_account a ON a.parent_id = tree.id
        WHERE tree.level < 20 AND NOT is_ring
    ) SELECT max(level) INTO below FROM tree;
    IF is_ring OR above + below > 10 THEN
        RAISE EXCEPTION 'account % cannot stand below %', NEW.id, NEW.parent_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_tree';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sales_account_tree BEFORE INSERT OR UPDATE OF parent_id ON sales_account
    FOR EACH ROW EXECUTE FUNCTION sales_keep_account_tree();
ALTER TABLE sales_account ENABLE ALWAYS TRIGGER sales_account_tree;
"""

UNDO = """
DROP TRIGGER sales_account_tree ON sales_account;
DROP FUNCTION sales_keep_account_tree();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("sales", "0006_lines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="parent",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sales.account",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent__isnull", True), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"
                ),
                name="account_below_another",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)), fields=["parent"], name="account_below"
            ),
        ),
        migrations.RunSQL(TREE, UNDO),
        migrations.CreateModel(
            name="Competitor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("created_by_id", models.BigIntegerField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("archived_at", models.DateTimeField(null=True)),
                ("custom", headwater.kernel.models.OrjsonField(default=dict)),
                ("name", models.CharField(max_length=120)),
                ("website", models.CharField(max_length=255, null=True)),
                ("strengths", models.TextField(null=True)),
                ("weaknesses", models.TextField(null=True)),
                ("note", models.TextField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["-created_at", "-id"], name="competitor_by_creation")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="competitor_has_name"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True)),
                        fields=("name",),
                        name="competitor_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunityCompetitor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("ahead", "We lead"),
                            ("level", "Level"),
                            ("behind", "They lead"),
                            ("out", "Out of the race"),
                            ("unknown", "Not known"),
                        ],
                        default="unknown",
                        max_length=8,
                    ),
                ),
                ("took_it", models.BooleanField(default=False)),
                ("note", models.CharField(max_length=500, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "competitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="races", to="sales.competitor"
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rivals",
                        to="sales.opportunity",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opportunity", "competitor"), name="opportunity_competitor_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("took_it", True)),
                        fields=("opportunity",),
                        name="opportunity_lost_to_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("standing__in", ["ahead", "level", "behind", "out", "unknown"])),
                        name="opportunity_competitor_standing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=80, null=True)),
                ("may_edit", models.BooleanField(default=False)),
                ("added_by_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team",
                        to="sales.account",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "account"], name="account_of_member")],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "user"), name="account_member_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunityMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=80, null=True)),
                ("may_edit", models.BooleanField(default=False)),
                ("added_by_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "opportunity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team",
                        to="sales.opportunity",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "opportunity"], name="opportunity_of_member")],
                "constraints": [
                    models.UniqueConstraint(fields=("opportunity", "user"), name="opportunity_member_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountRelation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tie",
                    models.CharField(
                        choices=[
                            ("supplier", "Supplier"),
                            ("customer", "Customer"),
                            ("partner", "Partner"),
                            ("competitor", "Competitor"),
                            ("investor", "Investor"),
                            ("investee", "Holding"),
                            ("other", "Connected"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(max_length=500, null=True)),
                ("created_by_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sales.account",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="sales.account"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("tie__in", ("supplier", "partner", "competitor", "investor", "other"))
                        ),
                        name="account_relation_tie",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("account", models.F("other")), _negated=True),
                        name="account_relation_of_two",
                    ),
                    models.UniqueConstraint(fields=("account", "other", "tie"), name="account_relation_once"),
                    models.UniqueConstraint(
                        django.db.models.functions.comparison.Least("account", "other"),
                        django.db.models.functions.comparison.Greatest("account", "other"),
                        models.F("tie"),
                        condition=models.Q(("tie__in", ("partner", "competitor", "other"))),
                        name="account_relation_mutual_once",
                    ),
                ],
            },
        ),
    ]
