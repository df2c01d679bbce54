"""What Django's models cannot say: a ledger that only grows, sums that only it writes, lines that add up."""

from django.db import migrations

NUMBERS = "CREATE SEQUENCE orders_order_number;"

APPEND_ONLY = """
CREATE FUNCTION orders_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER orders_payment_append_only BEFORE UPDATE OR DELETE ON orders_payment
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();
CREATE TRIGGER orders_payment_no_truncate BEFORE TRUNCATE ON orders_payment
    FOR EACH STATEMENT EXECUTE FUNCTION orders_refuse_change();
CREATE TRIGGER orders_ordermove_append_only BEFORE UPDATE OR DELETE ON orders_ordermove
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();
CREATE TRIGGER orders_order_no_delete BEFORE DELETE ON orders_order
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();
"""

# An entry is in its order's currency; a void mirrors what it corrects; an instalment is one of the order's.
CHECKED = """
CREATE FUNCTION orders_check_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM orders_order o WHERE o.id = NEW.order_id AND o.currency = NEW.currency;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a payment is in the currency of its order' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'void' THEN
        PERFORM 1 FROM orders_payment c WHERE c.id = NEW.corrects_id AND c.order_id = NEW.order_id
            AND c.amount = -NEW.amount AND c.kind <> 'void' AND c.paid_on = NEW.paid_on
            AND c.owner_id IS NOT DISTINCT FROM NEW.owner_id
            AND c.instalment_id IS NOT DISTINCT FROM NEW.instalment_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a void mirrors the entry that it corrects' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.instalment_id IS NOT NULL THEN
        PERFORM 1 FROM orders_instalment i WHERE i.id = NEW.instalment_id AND i.order_id = NEW.order_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'an instalment of another order' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orders_payment_checked BEFORE INSERT ON orders_payment
    FOR EACH ROW EXECUTE FUNCTION orders_check_payment();
"""

# The sums of an order are those of its entries: added by the entries themselves, by nothing else. The update
# locks the order, so that of two entries at once the second is held against what the first one left.
SUMS = """
CREATE FUNCTION orders_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders_order o SET paid = o.paid + s.paid, refunded = o.refunded + s.refunded
    FROM (SELECT e.order_id,
            coalesce(sum(e.amount) FILTER (
                WHERE e.kind = 'payment' OR (e.kind = 'void' AND e.amount < 0)), 0) AS paid,
            coalesce(-sum(e.amount) FILTER (
                WHERE e.kind = 'refund' OR (e.kind = 'void' AND e.amount > 0)), 0) AS refunded
          FROM entered e GROUP BY e.order_id) s
    WHERE o.id = s.order_id;
    RETURN NULL;
END $$;
CREATE TRIGGER orders_payment_adds_up AFTER INSERT ON orders_payment
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION orders_add_up();

CREATE FUNCTION orders_guard_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 AND (
        TG_OP = 'INSERT' AND (NEW.paid <> 0 OR NEW.refunded <> 0)
        OR TG_OP = 'UPDATE' AND (NEW.paid, NEW.refunded) IS DISTINCT FROM (OLD.paid, OLD.refunded)) THEN
        RAISE EXCEPTION 'what was paid is what the ledger says' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.currency <> OLD.currency
        AND EXISTS (SELECT 1 FROM orders_payment p WHERE p.order_id = NEW.id) THEN
        RAISE EXCEPTION 'money was recorded in this currency' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orders_order_sums_at_start BEFORE INSERT ON orders_order
    FOR EACH ROW EXECUTE FUNCTION orders_guard_sums();
CREATE TRIGGER orders_order_sums BEFORE UPDATE OF paid, refunded, currency ON orders_order
    FOR EACH ROW EXECUTE FUNCTION orders_guard_sums();
"""

# At the end of a transaction an order that has lines costs what they cost, less its discount.
LINES = """
CREATE FUNCTION orders_check_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
BEGIN
    IF TG_TABLE_NAME = 'orders_order' THEN
        wanted := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        wanted := OLD.order_id;
    ELSE
        wanted := NEW.order_id;
    END IF;
    PERFORM 1 FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id WHERE o.id = wanted
        GROUP BY o.id HAVING sum(l.amount) - o.discount <> o.total;
    IF FOUND THEN
        RAISE EXCEPTION 'the total of an order is the sum of its lines' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER orders_orderline_adds_up AFTER INSERT OR UPDATE OR DELETE ON orders_orderline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_check_lines();
CREATE CONSTRAINT TRIGGER orders_order_adds_up AFTER UPDATE OF total, discount ON orders_order
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_check_lines();
"""

# For everybody who counts what came in: signed amounts, refunds and voids included.
VIEWS = """
CREATE VIEW orders_received AS
SELECT p.id AS payment_id, p.order_id, p.owner_id, o.account_id, o.opportunity_id, p.amount, p.currency, p.paid_on
FROM orders_payment p JOIN orders_order o ON o.id = p.order_id;

CREATE VIEW orders_paymenttold AS
SELECT p.id, 'order'::text AS record_type, p.order_id AS record_id, p.created_at AS at, p.created_by_id AS by_id,
    p.kind, p.amount, p.currency, p.paid_on, p.method, p.reference, p.note, p.order_id
FROM orders_payment p
UNION ALL
SELECT p.id, 'opportunity', o.opportunity_id, p.created_at, p.created_by_id,
    p.kind, p.amount, p.currency, p.paid_on, p.method, p.reference, p.note, p.order_id
FROM orders_payment p JOIN orders_order o ON o.id = p.order_id WHERE o.opportunity_id IS NOT NULL
UNION ALL
SELECT p.id, 'account', o.account_id, p.created_at, p.created_by_id,
    p.kind, p.amount, p.currency, p.paid_on, p.method, p.reference, p.note, p.order_id
FROM orders_payment p JOIN orders_order o ON o.id = p.order_id;

CREATE VIEW orders_movetold AS
SELECT m.id, 'order'::text AS record_type, m.order_id AS record_id, m.at, m.by_id, m.from_state, m.to_state,
    m.total, m.note, m.order_id
FROM orders_ordermove m
UNION ALL
SELECT m.id, 'opportunity', o.opportunity_id, m.at, m.by_id, m.from_state, m.to_state, m.total, m.note, m.order_id
FROM orders_ordermove m JOIN orders_order o ON o.id = m.order_id WHERE o.opportunity_id IS NOT NULL
UNION ALL
SELECT m.id, 'account', o.account_id, m.at, m.by_id, m.from_state, m.to_state, m.total, m.note, m.order_id
FROM orders_ordermove m JOIN orders_order o ON o.id = m.order_id;
"""

UNDO = """
DROP VIEW orders_movetold;
DROP VIEW orders_paymenttold;
DROP VIEW orders_received;
DROP TRIGGER orders_order_adds_up ON orders_order;
DROP TRIGGER orders_orderline_adds_up ON orders_orderline;
DROP FUNCTION orders_check_lines();
DROP TRIGGER orders_order_sums ON orders_order;
DROP TRIGGER orders_order_sums_at_start ON orders_order;
DROP FUNCTION orders_guard_sums();
DROP TRIGGER orders_payment_adds_up ON orders_payment;
DROP FUNCTION orders_add_up();
DROP TRIGGER orders_payment_checked ON orders_payment;
DROP FUNCTION orders_check_payment();
DROP TRIGGER orders_order_no_delete ON orders_order;
DROP TRIGGER orders_ordermove_append_only ON orders_ordermove;
DROP TRIGGER orders_payment_no_truncate ON orders_payment;
DROP TRIGGER orders_payment_append_only ON orders_payment;
DROP FUNCTION orders_refuse_change();
DROP SEQUENCE orders_order_number;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_tables")]

    operations = [
        migrations.RunSQL(f"{NUMBERS}{APPEND_ONLY}{CHECKED}{SUMS}{LINES}{VIEWS}", UNDO),
    ]
