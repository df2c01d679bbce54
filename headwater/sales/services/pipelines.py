"""Pipelines come into being."""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.kernel import clock, sql
from headwater.sales.models import Pipeline, Stage
from headwater.sales.types import Standing

_DEFAULT_LOCK = 470_201


@transaction.atomic
def ensure_default_pipeline() -> int:
    """The id of the default pipeline; makes it, with the usual stages, where there is none."""
    sql.value("SELECT pg_advisory_xact_lock(%s)", (_DEFAULT_LOCK,))
    known = Pipeline.objects.filter(is_default=True).first()
    if known is not None:
        return known.pk
    with translation.override(settings.LANGUAGE_CODE):  # the names are stored: the company's language
        return _make_default_pipeline()


def _make_default_pipeline() -> int:
    moment = clock.now()
    pipeline = Pipeline.objects.create(
        name=_("Standard pipeline"), is_default=True, created_at=moment, updated_at=moment
    )
    steps = [
        (pgettext("stage", "First contact"), Standing.OPEN, 10, 14, "teal"),
        (pgettext("stage", "Needs confirmed"), Standing.OPEN, 30, 14, "blue"),
        (pgettext("stage", "Proposal and quote"), Standing.OPEN, 50, 21, "violet"),
        (pgettext("stage", "Negotiation"), Standing.OPEN, 80, 21, "amber"),
        (pgettext("stage", "Won"), Standing.WON, 100, None, "green"),
        (pgettext("stage", "Lost"), Standing.LOST, 0, None, "gray"),
    ]
    Stage.objects.bulk_create(
        Stage(
            pipeline=pipeline,
            name=name,
            position=position,
            kind=kind,
            probability=probability,
            days_until_stuck=days,
            color=color,
        )
        for position, (name, kind, probability, days, color) in enumerate(steps)
    )
    return pipeline.pk
