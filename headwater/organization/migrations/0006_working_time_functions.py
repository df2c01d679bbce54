"""Working time in the database, for sets: the same arithmetic as `queries.working_time`, to the microsecond.

A lap is 364 days; beyond the stretch that the openings cover its first and last laps repeat. Hours, not days,
are added to moments: days would follow the session's time zone.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER organization_stamp AFTER INSERT OR DELETE OR UPDATE ON organization_calendar
FOR EACH STATEMENT EXECUTE FUNCTION organization_stamp_renew();

CREATE FUNCTION working_calendar(wanted bigint) RETURNS organization_calendar
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    found organization_calendar;
BEGIN
    IF wanted IS NOT NULL THEN
        SELECT * INTO found FROM organization_calendar WHERE id = wanted;
    END IF;
    IF found.id IS NULL THEN
        SELECT * INTO found FROM organization_calendar WHERE is_default;
    END IF;
    RETURN found;
END $$;

CREATE FUNCTION working_seconds(calendar organization_calendar, moment timestamptz) RETURNS numeric
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    lap CONSTANT bigint := 364 * 86400;
    laps bigint := 0;
    base bigint := 0;
    found numeric;
BEGIN
    IF moment >= calendar.open_until THEN
        laps := floor(extract(epoch FROM moment - calendar.open_until) / lap)::bigint + 1;
        base := laps * calendar.last_lap;
    ELSIF moment < calendar.open_from THEN
        laps := -ceil(extract(epoch FROM calendar.open_from - moment) / lap)::bigint;
        base := laps * calendar.first_lap;
    END IF;
    IF laps <> 0 THEN
        moment := moment - make_interval(hours => (laps * 8736)::integer);
    END IF;
    SELECT o.worked_before + extract(epoch FROM least(moment, o.ends_at) - o.starts_at) INTO found
    FROM organization_opening o
    WHERE o.calendar_id = calendar.id AND o.starts_at <= moment
    ORDER BY o.starts_at DESC LIMIT 1;
    RETURN base + coalesce(found, 0);
END $$;

CREATE FUNCTION working_between(calendar bigint, a timestamptz, b timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    found organization_calendar := working_calendar(calendar);
BEGIN
    IF a IS NULL OR b IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN trunc(working_seconds(found, b) - working_seconds(found, a))::bigint;
END $$;

CREATE FUNCTION working_due(calendar bigint, t timestamptz, seconds bigint) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    found organization_calendar;
    target numeric;
    laps bigint := 0;
    due timestamptz;
BEGIN
    IF t IS NULL OR seconds IS NULL THEN
        RETURN NULL;
    ELSIF seconds < 0 THEN
        RAISE EXCEPTION 'working time is added, not taken away' USING ERRCODE = 'invalid_parameter_value';
    ELSIF seconds = 0 THEN
        RETURN t;
    END IF;
    found := working_calendar(calendar);
    target := working_seconds(found, t) + seconds;
    IF target > found.worked THEN
        laps := ceil((target - found.worked) / found.last_lap)::bigint;
        target := target - laps * found.last_lap;
    ELSIF target <= 0 THEN
        laps := -floor(-target / found.first_lap)::bigint - 1;
        target := target - laps * found.first_lap;
    END IF;
    SELECT o.starts_at + make_interval(secs => (target - o.worked_before)::double precision) INTO due
    FROM organization_opening o
    WHERE o.calendar_id = found.id AND o.worked_before < ceil(target)::bigint
    ORDER BY o.worked_before DESC LIMIT 1;
    IF laps <> 0 THEN
        due := due + make_interval(hours => (laps * 8736)::integer);
    END IF;
    RETURN due;
END $$;
"""
BACK = """
DROP FUNCTION working_due(bigint, timestamptz, bigint);
DROP FUNCTION working_between(bigint, timestamptz, timestamptz);
DROP FUNCTION working_seconds(organization_calendar, timestamptz);
DROP FUNCTION working_calendar(bigint);
DROP TRIGGER organization_stamp ON organization_calendar;
"""


class Migration(migrations.Migration):
    dependencies = [("organization", "0005_working_time")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
