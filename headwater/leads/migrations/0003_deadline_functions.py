"""The deadlines of a lead, kept by a trigger in the very UPDATE that moves them (docs/adr/deadlines.md)."""

from django.db import migrations

# The first enabled rule that fits governs: those of the lead's pool before those of the company.
DEADLINES = """
CREATE FUNCTION lead_deadlines(
  lead_id bigint, lead_status text, lead_archived_at timestamptz, lead_owner bigint, lead_pool bigint, lead_line text,
  lead_stage text, lead_intent text, lead_got text, got_at timestamptz, followed_at timestamptz,
  planned_at timestamptz, protected_until timestamptz, warned_until timestamptz, due_before timestamptz
) RETURNS recycle_due LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  r record;
  is_exempt boolean;
  calendar bigint;
BEGIN
  IF lead_status NOT IN ('assigned', 'following') OR lead_archived_at IS NOT NULL THEN
    RETURN NULL;
  END IF;
  SELECT c.id, c.label::text, c.max_rounds, c.response_hours, c.overdue_days, c.convert_days,
    (c.rhythm ->> lead_intent)::numeric AS rhythm_days, c.joined::text, c.clock::text, c.calendar_of,
    c.warn_response_hours, c.warn_recycle_hours, c.changed_at, c.spares_until,
    lead_stage = ANY (c.exempt_stages) AS stage_is_exempt, c.exempts_opportunity
  INTO r FROM pools_recyclerule c
  WHERE c.is_enabled AND c.archived_at IS NULL
    AND (c.pool_id IS NULL OR c.pool_id = lead_pool)
    AND (c.business_lines = '{}' OR lead_line = ANY (c.business_lines))
    AND (c.stages = '{}' OR lead_stage = ANY (c.stages))
    AND (c.intents = '{}' OR lead_intent = ANY (c.intents))
    AND (c.gots = '{}' OR lead_got = ANY (c.gots))
  ORDER BY c.pool_id IS NULL, c.position, c.id LIMIT 1;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  is_exempt := r.stage_is_exempt;
  IF r.exempts_opportunity AND NOT is_exempt THEN
    is_exempt := lead_has_open_opportunity(lead_id);
  END IF;
  IF r.clock = 'working' THEN
    calendar := lead_calendar(r.calendar_of, lead_pool, lead_owner);
  END IF;
  RETURN recycle_dues(r.id, r.label, r.max_rounds, r.response_hours, r.overdue_days, r.convert_days, r.rhythm_days,
    r.joined, r.clock, calendar, r.warn_response_hours, r.warn_recycle_hours, r.changed_at, r.spares_until,
    lead_status, got_at, followed_at, planned_at, protected_until, is_exempt, due_before, warned_until);
END $$;

CREATE FUNCTION lead_has_open_opportunity(lead bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM engagement_timelinelink t JOIN sales_opportunity o ON o.id = t.record_id
    WHERE t.source_type = 'lead' AND t.source_id = lead AND t.record_type = 'opportunity'
      AND o.status = 'open' AND o.archived_at IS NULL);
END $$;

CREATE FUNCTION lead_calendar(calendar_of text, pool bigint, owner bigint) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  IF calendar_of = 'pool' THEN
    RETURN (SELECT p.calendar_id FROM pools_pool p WHERE p.id = pool);
  END IF;
  RETURN (
    SELECT above.calendar_id FROM organization_user u
    JOIN organization_department d ON d.id = u.department_id
    JOIN organization_department above ON starts_with(d.path, above.path)
    WHERE u.id = owner AND above.calendar_id IS NOT NULL ORDER BY length(above.path) DESC LIMIT 1);
END $$;
"""

TRIGGER = """
CREATE FUNCTION leads_keep_deadlines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  due_before timestamptz;
  d recycle_due;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.got = '' THEN
      NEW.got := CASE WHEN NEW.created_by_id = NEW.owner_id THEN 'created' ELSE 'assigned' END;
    END IF;
  ELSE
    due_before := OLD.recycle_due_at;
    IF NEW.owner_id IS DISTINCT FROM OLD.owner_id THEN
      NEW.protected_until := NULL;
      NEW.protected_by_id := NULL;
      NEW.warned_until := NULL;
    ELSIF NEW.last_activity_at IS DISTINCT FROM OLD.last_activity_at THEN
      NEW.rounds := 0;
    END IF;
  END IF;
  IF NEW.status IN ('assigned', 'following') AND NEW.archived_at IS NULL THEN
    d := lead_deadlines(NEW.id, NEW.status, NEW.archived_at, NEW.owner_id, NEW.home_pool_id, NEW.business_line,
      NEW.stage, NEW.intent, NEW.got, NEW.assigned_at, NEW.last_activity_at, NEW.next_follow_at,
      NEW.protected_until, NEW.warned_until, due_before);
  ELSE
    NEW.warned_until := NULL;
  END IF;
  NEW.first_response_due_at := d.response_due_at;
  NEW.follow_due_at := d.follow_due_at;
  NEW.recycle_due_at := d.recycle_due_at;
  NEW.recycle_rule := COALESCE(d.rule_label, '');
  NEW.warn_at := d.warn_at;
  RETURN NEW;
END $$;

CREATE TRIGGER lead_deadlines_of_new BEFORE INSERT ON leads_lead FOR EACH ROW
  WHEN (NEW.status IN ('assigned', 'following'))
  EXECUTE FUNCTION leads_keep_deadlines();

CREATE TRIGGER lead_deadlines_move BEFORE UPDATE OF
  status, owner_id, home_pool_id, business_line, stage, intent, got, assigned_at, last_activity_at,
  next_follow_at, protected_until, archived_at
ON leads_lead FOR EACH ROW
  WHEN ((NEW.status IN ('assigned', 'following') OR OLD.status IN ('assigned', 'following')) AND
    (NEW.status, NEW.owner_id, NEW.home_pool_id, NEW.business_line, NEW.stage, NEW.intent, NEW.got,
     NEW.assigned_at, NEW.last_activity_at, NEW.next_follow_at, NEW.protected_until, NEW.archived_at)
    IS DISTINCT FROM
    (OLD.status, OLD.owner_id, OLD.home_pool_id, OLD.business_line, OLD.stage, OLD.intent, OLD.got,
     OLD.assigned_at, OLD.last_activity_at, OLD.next_follow_at, OLD.protected_until, OLD.archived_at))
  EXECUTE FUNCTION leads_keep_deadlines();
"""

# How present owners came by their leads stands in the ledger.
GOT = """
UPDATE leads_lead l SET got = CASE
    WHEN t.why = 'claimed' THEN 'claimed'
    WHEN t.why IN ('created', 'imported') AND l.created_by_id = l.owner_id THEN 'created'
    ELSE 'assigned' END
FROM (
  SELECT DISTINCT ON (t.lead_id) t.lead_id, t.why FROM leads_transfer t
  WHERE t.to_owner_id IS NOT NULL ORDER BY t.lead_id, t.id DESC
) t
WHERE t.lead_id = l.id AND l.status IN ('assigned', 'following');
"""

BACK = """
DROP TRIGGER lead_deadlines_move ON leads_lead;
DROP TRIGGER lead_deadlines_of_new ON leads_lead;
DROP FUNCTION leads_keep_deadlines();
DROP FUNCTION lead_deadlines(bigint, text, timestamptz, bigint, bigint, text, text, text, text, timestamptz,
  timestamptz, timestamptz, timestamptz, timestamptz, timestamptz);
DROP FUNCTION lead_has_open_opportunity(bigint);
DROP FUNCTION lead_calendar(text, bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0002_deadlines"),
        ("pools", "0003_recycle_functions"),
        ("sales", "0002_sql"),
        ("engagement", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(DEADLINES, BACK),
        migrations.RunSQL(GOT, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGER, migrations.RunSQL.noop),
    ]
