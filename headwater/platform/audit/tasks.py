"""The jobs of the audit."""

from datetime import datetime

from headwater.platform.audit.sealing import seal
from headwater.platform.jobs import periodic


@periodic("* * * * *", name="audit.seal")
def seal_finished(at: datetime) -> None:
    seal()
