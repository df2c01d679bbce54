"""`python -m bench.bulk 1000000 [csv|xlsx]`: one list of that many leads, from the file to the last chunk.

Runs in an installation of its own that begins empty, with the engine in this process, and prints what the
table of results has no room for: seconds of each chunk (does it grow with the table?) and peak memory.
"""

import itertools
import os
import random
import resource
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

HEADER = ("姓名", "手机", "邮箱", "公司名称", "职位", "地区", "来源", "需求", "预算", "微信")
WISHES = ("想了解报价", "需要演示，最好下周", "", "已有供应商，合同年底到期；想比较一下价格和服务", "")


def lines(count: int) -> Iterator[tuple[str, ...]]:
    """A list as people keep them: numbers written in several ways, some twice, a few wrong."""
    pick = random.Random(20261122)
    last = "13800138000"
    for number in range(count):
        digits = f"1{3 + number % 7}{number * 61_803_399 % 10**9:09d}"
        kind = pick.random()
        if kind < 0.01:
            digits = last
        elif kind < 0.012:
            digits = "1.38E+10"
        elif kind < 0.1:
            digits = f"{digits[:3]} {digits[3:7]} {digits[7:]}"
        last = digits
        yield (
            f"客户{number % 9973}",
            digits,
            f"buyer{number}@example.com" if number % 5 < 2 else "",
            f"示例{number % 49_999}科技有限公司",
            "采购经理",
            ("广东省深圳市", "上海市", "浙江省杭州市")[number % 3],
            ("官网", "展会", "")[number % 3],
            WISHES[number % 5],
            f"{1 + number % 90}万",
            f"wx_{number}" if number % 7 == 0 else "",
        )


def write_csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write(",".join(HEADER) + "\n")
        for line in lines(count):
            out.write(",".join(line) + "\n")


def write_xlsx(path: Path, count: int) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for number, line in enumerate(lines(count), start=1):
        sheet.write_row(number, 0, line)
    book.close()


def main() -> int:
    count, kind = int(sys.argv[1]), (sys.argv[2:] or ["csv"])[0]
    home = Path(os.environ.get("BENCH_HOME", ".headwater-bench")).resolve() / "bulk"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    path = home / f"list.{kind}"
    (write_csv if kind == "csv" else write_xlsx)(path, count)
    size, load = path.stat().st_size / 1e6, os.getloadavg()[0]
    print(f"{count:,} rows, {size:.0f} MB {kind}; load {load:.1f}", flush=True)
    os.environ |= {
        "HEADWATER_HOME": str(home),
        "HEADWATER_DEMO": "0",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    from headwater.config.env import env
    from headwater.platform.database import EmbeddedServer

    with EmbeddedServer(env.home, settings={"shared_buffers": "512MB"}).use():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _measure(path, count)
    return 0


def _measure(path: Path, count: int) -> None:
    from headwater.entry.importing import LocalFile
    from headwater.kernel.access import permit, system_access
    from headwater.organization import services as organization
    from headwater.organization.queries import actor_for
    from headwater.platform.imports import running
    from headwater.platform.imports.models import ImportJob
    from headwater.platform.imports.services import create_import
    from headwater.pools.services import ensure_default_pool

    known = organization.ensure_builtin_roles()
    someone = organization.create_user(
        system_access("bench"),
        email="admin@example.com",
        name="管理员",
        password="bench-bench-1",
        roles=[known["admin"].pk],
    )
    ensure_default_pool()
    access = permit(actor_for(someone), "imports.view")
    moments: list[float] = []
    advance = running._advance

    def watched(*given: object) -> None:
        advance(*given)  # type: ignore[arg-type]
        moments.append(time.perf_counter())

    running._advance = watched
    began = time.perf_counter()
    job = create_import(
        access, record="lead", upload=LocalFile(path, path.name, path.stat().st_size), then="run"
    )
    running.work_on(job.pk)
    seconds = time.perf_counter() - began
    job = ImportJob.objects.get(pk=job.pk)
    chunks = [after - before for before, after in itertools.pairwise(moments)]
    tenth = max(1, len(chunks) // 10)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    outcome = f"{job.created_count:,} created, {job.skipped_count:,} skipped, {job.failed_count:,} failed"
    print(f"{job.status}: {outcome}")
    print(f"{seconds:.0f} s from the file to the last commit: {count / seconds:,.0f} rows/s")
    if job.started_at is not None:
        print(f"of that {(job.started_at - job.created_at).total_seconds():.0f} s reading the file")
    if chunks:
        print(
            f"a chunk of 10,000: {mean(chunks[:tenth]):.2f} s at first, {mean(chunks[-tenth:]):.2f} s at last"
        )
    print(f"peak memory: {own:.0f} MB this process, {child:.0f} MB the largest of its children")


if __name__ == "__main__":
    raise SystemExit(main())
