from django.db import migrations

# What a version says changes while it is a draft and never afterwards; its lines likewise. Whoever writes, the
# table holds to it.
_FROZEN = """
CREATE FUNCTION quotes_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.quote_id, NEW.number, NEW.language, NEW.currency, NEW.price_book_id, NEW.is_tax_included,
      NEW.discount_percent, NEW.discount_amount, NEW.valid_until, NEW.intro, NEW.terms, NEW.subtotal,
      NEW.discount, NEW.net, NEW.tax, NEW.total, NEW.reduction)
     IS DISTINCT FROM
     (OLD.quote_id, OLD.number, OLD.language, OLD.currency, OLD.price_book_id, OLD.is_tax_included,
      OLD.discount_percent, OLD.discount_amount, OLD.valid_until, OLD.intro, OLD.terms, OLD.subtotal,
      OLD.discount, OLD.net, OLD.tax, OLD.total, OLD.reduction) THEN
    RAISE EXCEPTION 'version % of quote % is no draft any more', OLD.number, OLD.quote_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.frozen <> '{}'::jsonb AND NEW.frozen <> OLD.frozen THEN
    RAISE EXCEPTION 'the paper of version % of quote % is out', OLD.number, OLD.quote_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER quotes_keep_version BEFORE UPDATE ON quotes_quoteversion
  FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION quotes_keep_version();

CREATE FUNCTION quotes_keep_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE at_state text;
BEGIN
  SELECT state INTO at_state FROM quotes_quoteversion
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END;
  IF at_state <> 'draft' THEN
    RAISE EXCEPTION 'the lines of version % are no draft any more',
      CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER quotes_keep_lines BEFORE INSERT OR UPDATE OR DELETE ON quotes_quoteline
  FOR EACH ROW EXECUTE FUNCTION quotes_keep_lines();
CREATE TRIGGER quotes_quotestep_append_only BEFORE UPDATE OR DELETE ON quotes_quotestep
  FOR EACH ROW EXECUTE FUNCTION sales_refuse_change();
"""
_FREE = """
DROP TRIGGER quotes_quotestep_append_only ON quotes_quotestep;
DROP TRIGGER quotes_keep_lines ON quotes_quoteline;
DROP FUNCTION quotes_keep_lines();
DROP TRIGGER quotes_keep_version ON quotes_quoteversion;
DROP FUNCTION quotes_keep_version();
"""


class Migration(migrations.Migration):
    dependencies = [("quotes", "0001_tables")]
    operations = [migrations.RunSQL(_FROZEN, _FREE)]
