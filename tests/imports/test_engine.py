"""Upload, mapping, check, run, stop, resume and revert, whatever the record type."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform.imports import running, services, tasks
from headwater.platform.imports.errors import FileRefused, TooLateToRevert, TooManyImports, WrongStatus
from headwater.platform.imports.models import ImportJob, ImportRow
from headwater.platform.imports.queries import folder_of, groups_of
from headwater.platform.imports.types import Status
from tests.imports.toy import TOYS, make_table
from tests.organization.factories import access, make_role, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def someone(monkeypatch: pytest.MonkeyPatch) -> Access:
    make_table()
    role = make_role(
        name="玩具", grants={"imports.create": "all", "imports.view": "own", "toys.import": "own"}
    )
    return access(make_user(role=role), "imports.view")


def upload(text: str | bytes, name: str = "名单.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def create(who: Access, text: str | bytes, **options: Any) -> ImportJob:
    return services.create_import(who, record="toy", upload=upload(text), **options)


def run(who: Access, job: ImportJob) -> ImportJob:
    services.start_import(who, job.pk)
    running.work_on(job.pk)
    job.refresh_from_db()
    return job


def numbers() -> list[int]:
    return sql.values("SELECT number FROM toy ORDER BY number")


def test_a_small_file_is_read_and_mapped_at_once(someone: Access) -> None:
    job = create(someone, "名称,Number\n球,1\n车,2\n")
    assert job.status == Status.DRAFT
    assert job.row_count == 2
    assert [plan["target"] for plan in job.mapping] == ["name", "number"]
    assert job.options == {"policy": "skip"}


def test_check_writes_nothing_and_shows_every_error(someone: Access) -> None:
    job = create(someone, "名称,Number\n球,1\n,2\n车,3,surplus\n,4\n")
    services.check_import(someone, job.pk)
    running.work_on(job.pk)
    job.refresh_from_db()
    assert job.status == Status.CHECKED
    assert (job.created_count, job.failed_count) == (1, 3)
    assert numbers() == []
    assert [(group.code, group.rows) for group in groups_of(job)] == [
        ("toy.no_name", 2),
        ("row.too_many_cells", 1),
    ]


def test_run_and_revert(someone: Access) -> None:
    job = run(someone, create(someone, "名称,Number\n球,1\n,2\n车,7\n"))
    assert job.status == Status.DONE
    assert (job.created_count, job.failed_count) == (2, 1)
    assert numbers() == [1, 7]
    services.revert_import(someone, job.pk)
    running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.reverted_count, job.kept_count) == (Status.REVERTED, 1, 1)
    assert numbers() == [7]


def test_one_row_that_the_database_refuses_stands_alone(
    someone: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 50)
    lines = "".join(f"t{n},{n if n not in (17, 93) else 5000}\n" for n in range(120))
    job = run(someone, create(someone, "名称,Number\n" + lines))
    assert (job.status, job.created_count, job.failed_count) == (Status.DONE, 118, 2)
    assert numbers() == [n for n in range(120) if n not in (17, 93)]
    assert list(ImportRow.objects.filter(job=job, outcome="failed").values_list("number", "code")) == [
        (18, "row.unexpected"),
        (94, "row.unexpected"),
    ]


def test_an_interrupted_import_goes_on_where_it_stopped(
    someone: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 10)
    TOYS.fail_at = 35
    job = create(someone, "名称,Number\n" + "".join(f"t{n},{n}\n" for n in range(100)))
    services.start_import(someone, job.pk)
    with pytest.raises(KeyboardInterrupt):
        running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.next_row, job.created_count) == (Status.RUNNING, 31, 30)
    running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.created_count) == (Status.DONE, 100)
    assert numbers() == list(range(100))


def test_a_worker_that_ends_hands_the_import_on(someone: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 10)
    answers = iter([False, False, True])
    monkeypatch.setattr(running, "is_stopping", lambda: next(answers, False))
    job = create(someone, "名称,Number\n" + "".join(f"t{n},{n}\n" for n in range(50)))
    services.start_import(someone, job.pk)
    running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.created_count) == (Status.RUNNING, 20)
    running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.created_count) == (Status.DONE, 50)


def test_a_lost_job_is_given_out_again(someone: Access) -> None:
    job = create(someone, "名称,Number\n球,1\n")
    services.start_import(someone, job.pk)
    sql.execute("DELETE FROM procrastinate_jobs")
    with clock.freeze(clock.now() + timedelta(minutes=5)):
        tasks.take_up_forgotten(clock.now())
    assert sql.value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'imports.work'") == 1


def test_old_files_go(someone: Access) -> None:
    job = run(someone, create(someone, "名称,Number\n球,1\n"))
    with clock.freeze(clock.now() + timedelta(days=31)):
        tasks.remove_old_files(clock.now())
        job.refresh_from_db()
        assert not job.files_kept
        assert not folder_of(job).exists()
        with pytest.raises(TooLateToRevert):
            services.revert_import(someone, job.pk)


def test_cancel_resume(someone: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    job = create(someone, "名称,Number\n球,1\n")
    services.start_import(someone, job.pk)
    services.cancel_import(someone, job.pk)
    running.work_on(job.pk)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert run(someone, job).created_count == 1


def test_a_mapping_of_the_last_time_is_remembered(someone: Access) -> None:
    job = create(someone, "Bezeichnung,Wert\n球,1\n")
    assert [plan["target"] for plan in job.mapping] == ["", ""]
    services.map_import(
        someone, job.pk, wanted={"Bezeichnung": "name", "Wert": {"target": "number", "empty": ["-"]}}
    )
    run(someone, job)
    again = create(someone, "Wert,Bezeichnung\n2,车\n")
    assert [(plan["target"], plan["empty"]) for plan in again.mapping] == [("number", ["-"]), ("name", [])]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"Nope": "name"}, "import.no_such_column"),
        ({"名称": "nope"}, "import.no_such_field"),
        ({"名称": 5}, "import.mapping"),
        ("text", "import.mapping"),
        ([5], "import.mapping"),
        ([{"column": 0, "target": "name"}, {"column": 1, "target": "name"}], "import.target_twice"),
        ([{"column": 99, "target": "name"}], "import.no_such_column"),
        ({"名称": {"new_label": "x", "new_type": "formula"}}, "import.new_field"),
        ({"名称": {"target": "name", "empty": "Select"}}, "import.empty_values"),
    ],
)
def test_bad_mappings(someone: Access, wanted: Any, code: str) -> None:
    job = create(someone, "名称,Number\n球,1\n")
    with pytest.raises(Invalid) as refusal:
        services.map_import(someone, job.pk, wanted=wanted)
    assert code in {problem["code"] for problem in refusal.value.fields.values()}


def test_what_cannot_work_is_refused_before_anything_runs(someone: Access) -> None:
    job = create(someone, "x,Number\n球,1\n")
    with pytest.raises(Invalid):
        services.start_import(someone, job.pk)
    job.refresh_from_db()
    assert job.status == Status.DRAFT


def test_broken_files_leave_nothing(someone: Access) -> None:
    with pytest.raises(FileRefused):
        create(someone, b"%PDF-1.4")
    assert not ImportJob.objects.exists()


def test_others_do_not_see_it(someone: Access) -> None:
    job = create(someone, "名称,Number\n球,1\n")
    other = access(
        make_user("李四", role=make_role(name="别人", grants={"imports.view": "own", "toys.import": "own"})),
        "imports.view",
    )
    with pytest.raises(NotFound):
        services.start_import(other, job.pk)


def test_acts_in_the_wrong_place(someone: Access) -> None:
    job = run(someone, create(someone, "名称,Number\n球,1\n"))
    for act in (
        services.start_import,
        services.check_import,
        services.cancel_import,
        services.discard_import,
    ):
        with pytest.raises(WrongStatus):
            act(someone, job.pk)


def test_too_many_at_once(someone: Access) -> None:
    for _ in range(5):
        services.start_import(someone, create(someone, "名称,Number\n球,1\n").pk)
    with pytest.raises(TooManyImports):
        create(someone, "名称,Number\n球,1\n")


def test_read_again_in_another_encoding(someone: Access) -> None:
    job = create(someone, "名称,Number\n球,1\n".encode("gb18030"))
    assert job.layout["encoding"] == "gb18030"
    job = services.reread_import(someone, job.pk, {"encoding": "windows-1252"})
    assert job.columns[0]["header"] != "名称"
    job = services.reread_import(someone, job.pk, {"encoding": "", "has_header": False})
    assert job.row_count == 2
    with pytest.raises(Invalid):
        services.reread_import(someone, job.pk, {"encoding": "klingon"})


def test_a_large_file_is_read_in_the_background(someone: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.platform.imports.services.upload.READ_AT_ONCE", 10)
    job = create(someone, "名称,Number\n球,1\n,2\n", then="run")
    assert job.status == Status.READING
    running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.created_count, job.failed_count) == (Status.DONE, 1, 1)
    broken = create(someone, b"%PDF-1.4 ......", then="run")
    running.work_on(broken.pk)
    broken.refresh_from_db()
    assert (broken.status, broken.error_code) == (Status.FAILED, "file.not_a_table")


def test_upload_that_is_too_large(someone: Access) -> None:
    class Giant(io.BytesIO):
        name = "x.csv"
        size = 400_000_000

        def chunks(self) -> list[bytes]:
            raise AssertionError("it must not be read")

    with pytest.raises(FileRefused) as refusal:
        services.create_import(someone, record="toy", upload=Giant())
    assert (refusal.value.status, refusal.value.code) == (413, "file.too_large")
