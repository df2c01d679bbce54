"""Working time for moments within the computed stretch, nearly all there are, without a call of another function.

What lies beyond goes the general way of 0006; both give the same.
"""

from django.db import migrations

_CALENDAR = """
    IF calendar IS NOT NULL THEN
        SELECT c.id, c.open_from, c.open_until, c.worked INTO chosen, since, until, total
        FROM organization_calendar c WHERE c.id = calendar;
    END IF;
    IF chosen IS NULL THEN
        SELECT c.id, c.open_from, c.open_until, c.worked INTO chosen, since, until, total
        FROM organization_calendar c WHERE c.is_default;
    END IF;
"""
FORWARD = f"""
ALTER FUNCTION working_due(bigint, timestamptz, bigint) RENAME TO working_due_anywhere;

CREATE FUNCTION working_due(calendar bigint, t timestamptz, seconds bigint) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    chosen bigint;
    since timestamptz;
    until timestamptz;
    total bigint;
    target numeric;
    due timestamptz;
BEGIN
    IF seconds = 0 THEN
        RETURN t;
    END IF;
    {_CALENDAR}
    IF seconds > 0 AND t >= since AND t < until THEN
        SELECT o.worked_before + extract(epoch FROM least(t, o.ends_at) - o.starts_at) INTO target
        FROM organization_opening o
        WHERE o.calendar_id = chosen AND o.starts_at <= t
        ORDER BY o.starts_at DESC LIMIT 1;
        target := coalesce(target, 0) + seconds;
        IF target <= total THEN
            SELECT o.starts_at + make_interval(secs => (target - o.worked_before)::double precision) INTO due
            FROM organization_opening o
            WHERE o.calendar_id = chosen AND o.worked_before < ceil(target)::bigint
            ORDER BY o.worked_before DESC LIMIT 1;
            RETURN due;
        END IF;
    END IF;
    RETURN working_due_anywhere(chosen, t, seconds);
END $$;

CREATE OR REPLACE FUNCTION working_between(calendar bigint, a timestamptz, b timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    chosen bigint;
    since timestamptz;
    until timestamptz;
    total bigint;
    worked_a numeric;
    worked_b numeric;
    found organization_calendar;
BEGIN
    IF a IS NULL OR b IS NULL THEN
        RETURN NULL;
    END IF;
    {_CALENDAR}
    IF least(a, b) >= since AND greatest(a, b) < until THEN
        SELECT o.worked_before + extract(epoch FROM least(a, o.ends_at) - o.starts_at) INTO worked_a
        FROM organization_opening o
        WHERE o.calendar_id = chosen AND o.starts_at <= a ORDER BY o.starts_at DESC LIMIT 1;
        SELECT o.worked_before + extract(epoch FROM least(b, o.ends_at) - o.starts_at) INTO worked_b
        FROM organization_opening o
        WHERE o.calendar_id = chosen AND o.starts_at <= b ORDER BY o.starts_at DESC LIMIT 1;
        RETURN trunc(coalesce(worked_b, 0) - coalesce(worked_a, 0))::bigint;
    END IF;
    found := working_calendar(chosen);
    RETURN trunc(working_seconds(found, b) - working_seconds(found, a))::bigint;
END $$;
"""
BACK = """
DROP FUNCTION working_due(bigint, timestamptz, bigint);
ALTER FUNCTION working_due_anywhere(bigint, timestamptz, bigint) RENAME TO working_due;
CREATE OR REPLACE FUNCTION working_between(calendar bigint, a timestamptz, b timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    found organization_calendar := working_calendar(calendar);
BEGIN
    IF a IS NULL OR b IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN trunc(working_seconds(found, b) - working_seconds(found, a))::bigint;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("organization", "0006_working_time_functions")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
