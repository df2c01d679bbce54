"""Amounts in the company's currency, for every sum that the database makes."""

from django.db import migrations

SQL = """
INSERT INTO currencies_company (id, currency) VALUES (1, 'CNY') ON CONFLICT DO NOTHING;

CREATE FUNCTION company_currency() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT c.currency FROM currencies_company c), 'CNY')
$$;

-- NULL where nobody said what the currency was worth on that day. A prepared statement inside PL/pgSQL costs a
-- fraction of what a function in plain SQL would: that one is planned anew for every row.
CREATE FUNCTION in_company_currency(amount numeric, currency text, on_date date) RETURNS numeric
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
#variable_conflict use_column
DECLARE
    known numeric;
    company text;
BEGIN
    IF amount IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT c.currency INTO company FROM currencies_company c;
    IF $2 = coalesce(company, 'CNY') THEN
        RETURN $1;
    END IF;
    SELECT r.rate INTO known FROM currencies_rate r
    WHERE r.base = coalesce(company, 'CNY') AND r.currency = $2 AND r.on_date <= $3 AND r.archived_at IS NULL
    ORDER BY r.on_date DESC LIMIT 1;
    RETURN round($1 * known, 2);
END $$;
"""

UNDO = """
DROP FUNCTION in_company_currency(numeric, text, date);
DROP FUNCTION company_currency();
DELETE FROM currencies_company;
"""


class Migration(migrations.Migration):
    dependencies = [("currencies", "0001_initial")]

    operations = [migrations.RunSQL(SQL, UNDO)]
