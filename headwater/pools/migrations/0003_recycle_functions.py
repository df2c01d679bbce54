"""What a recycle rule makes due when: said once, in SQL, for one lead and for sets.

`working_due` is of the organization. A day of working time is the calendar's average working day.
"""

from django.db import migrations

DAY_SECONDS = """
CREATE FUNCTION working_day_seconds(wanted bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT (avg(x.seconds))::bigint FROM (
    SELECT sum(
      split_part(stretch ->> 1, ':', 1)::int * 3600 + split_part(stretch ->> 1, ':', 2)::int * 60
      - split_part(stretch ->> 0, ':', 1)::int * 3600 - split_part(stretch ->> 0, ':', 2)::int * 60
    ) AS seconds
    FROM organization_calendar c, jsonb_array_elements(c.hours) WITH ORDINALITY AS d (day, number),
         jsonb_array_elements(d.day) AS stretch
    WHERE c.id = (SELECT k.id FROM organization_calendar k WHERE k.id = wanted OR k.is_default
                  ORDER BY k.id IS NOT DISTINCT FROM wanted DESC LIMIT 1)
    GROUP BY d.number
  ) x
$$;
"""

# Plain values in and out: records handed from function to function cost ten times the reckoning itself.
# The clock's base is the later of "got it" and "last real follow-up"; without a follow-up, "got it".
DUES = """
CREATE TYPE recycle_due AS (
  rule_id bigint,
  rule_label text,
  max_rounds smallint,
  response_due_at timestamptz,  -- until the first follow-up
  follow_due_at timestamptz,    -- by the rhythm; reminds only
  recycle_due_at timestamptz,
  cause text,                   -- which period ends then: response, overdue or unconverted
  recycle_warn_at timestamptz,
  warn_at timestamptz           -- the next of both warnings after `warned_until`
);

CREATE FUNCTION recycle_dues(
  rule_id bigint, rule_label text, max_rounds smallint,
  response_hours numeric, overdue_days numeric, convert_days numeric, rhythm_days numeric, joined text,
  clock text, calendar bigint, warn_response_hours numeric, warn_recycle_hours numeric,
  changed_at timestamptz, spares_until timestamptz,
  status text, got_at timestamptz, followed_at timestamptz, planned_at timestamptz, protected_until timestamptz,
  is_exempt boolean, due_before timestamptz, warned_until timestamptz
) RETURNS recycle_due LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  base CONSTANT timestamptz := GREATEST(got_at, followed_at);
  hour double precision := 3600;
  day bigint := 86400;
  works CONSTANT boolean := clock = 'working';
  response timestamptz;
  overdue timestamptz;
  unconverted timestamptz;
  rhythm timestamptz;
  period timestamptz;
  due timestamptz;
  warn timestamptz;
BEGIN
  IF works THEN
    day := working_day_seconds(calendar);
  END IF;
  IF response_hours IS NOT NULL AND status = 'assigned' THEN
    response := CASE WHEN works THEN working_due(calendar, got_at, (response_hours * 3600)::bigint)
      ELSE got_at + make_interval(secs => response_hours * hour) END;
  END IF;
  IF overdue_days IS NOT NULL THEN
    overdue := CASE WHEN works THEN working_due(calendar, base, (overdue_days * day)::bigint)
      ELSE base + make_interval(secs => overdue_days * day) END;
  END IF;
  IF convert_days IS NOT NULL THEN
    unconverted := CASE WHEN works THEN working_due(calendar, got_at, (convert_days * day)::bigint)
      ELSE got_at + make_interval(secs => convert_days * day) END;
  END IF;
  IF rhythm_days IS NOT NULL THEN
    rhythm := GREATEST(planned_at, CASE WHEN works THEN working_due(calendar, base, (rhythm_days * day)::bigint)
      ELSE base + make_interval(secs => rhythm_days * day) END);
  END IF;
  IF is_exempt THEN
    NULL;
  ELSIF joined = 'any' THEN
    period := LEAST(response, overdue, unconverted);
  ELSIF response_hours IS NULL OR response IS NOT NULL THEN
    period := GREATEST(response, overdue, unconverted);
  END IF;
  IF period IS NOT NULL THEN
    due := GREATEST(period, protected_until);
    IF base < changed_at THEN
      due := GREATEST(due, LEAST(due_before, spares_until));
    END IF;
    warn := GREATEST(base, due - make_interval(
      secs => hour * CASE WHEN period = response THEN warn_response_hours ELSE warn_recycle_hours END));
  END IF;
  RETURN (
    rule_id, rule_label, max_rounds, response, rhythm, due,
    CASE WHEN due IS NULL THEN '' WHEN period = response THEN 'response' WHEN period = overdue THEN 'overdue'
      ELSE 'unconverted' END,
    warn,
    LEAST(CASE WHEN warned_until IS NULL OR warn > warned_until THEN warn END,
      CASE WHEN warned_until IS NULL OR rhythm > warned_until THEN rhythm END)
  )::recycle_due;
END $$;
"""

BACK = """
DROP FUNCTION recycle_dues(bigint, text, smallint, numeric, numeric, numeric, numeric, text, text, bigint, numeric,
  numeric, timestamptz, timestamptz, text, timestamptz, timestamptz, timestamptz, timestamptz, boolean,
  timestamptz, timestamptz);
DROP TYPE recycle_due;
DROP FUNCTION working_day_seconds(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("pools", "0002_recycle_rules"), ("organization", "0006_working_time_functions")]

    operations = [migrations.RunSQL(DAY_SECONDS + DUES, BACK)]
