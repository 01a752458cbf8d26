"""The hand-over package: everything a person needs to enter approved applications, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import pytest
from httpx2 import Response
from openpyxl import load_workbook
from PIL import Image

from backoffice.audit import service as audit
from backoffice.cases import service as cases
from backoffice.cases.service import Desk
from backoffice.staff.authorisation import Role
from schemas.answers import CardHolder, Contact, Wishes
from schemas.canonical import sha256_hex
from schemas.ids import CaseId
from schemas.intake import FormKind, FormReading
from tests.backoffice.console import Console
from tests.backoffice.paper.reading import Pdf
from tests.factories import FUKUSHIMA, KORIYAMA, form_id, intake_record, jpeg_photo


def approved(console: Console, **record: object) -> CaseId:
    case = console.case(**record)
    with console.office.work() as work:
        cases.approve(work, Desk(FUKUSHIMA, case, 1, "somebody"))
    return case


def unzipped(answer: Response) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="handover-')
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_package_holds_photo_sheet_list_and_their_hashes(shared_console: Console) -> None:
    staff, photo = shared_console.sign_in(), jpeg_photo(41)
    contact, wishes = Contact(phone="0245351111", mail="=a@example.jp"), Wishes(signature=False, braille=True)
    form = FormReading(kind=FormKind.QR, form_id=form_id(4141))
    case = approved(shared_console, photo=photo, form=form, contact=contact, wishes=wishes)
    files = unzipped(staff.post("/handover", {"pick": [case, case]}))
    manifest = json.loads(files.pop("manifest.json"))
    assert {each["name"]: (each["bytes"], each["sha256"]) for each in manifest["files"]} == {
        name: (len(data), sha256_hex(data)) for name, data in files.items()
    }
    assert staff.person is not None
    assert (manifest["made_by"], [each["case"] for each in manifest["cases"]]) == (staff.person.id, [case])
    (jpeg,) = (data for name, data in files.items() if name.startswith("photos/"))
    assert jpeg == photo
    (row,) = list(csv.DictReader(io.StringIO(files["worklist.csv"].decode("utf-8-sig"))))
    assert row["申請書ID"].replace(" ", "").replace("-", "") == form_id(4141)
    assert (row["電話番号"], row["メールアドレス"]) == ("0245351111", "'=a@example.jp")
    assert (row["署名用電子証明書"], row["点字の希望"], row["メール連絡用氏名"]) == ("希望しない", "希望する", "")
    sheet = load_workbook(io.BytesIO(files["worklist.xlsx"])).active
    assert sheet is not None
    assert [cell.value or "" for cell in sheet[2]] == list(row.values())
    assert {cell.data_type for cell in sheet[2] if cell.value} == {"s"}
    assert row["受付番号"] in Pdf(files["worklist.pdf"]).text()


def test_the_sheet_is_45_by_35_with_marks_and_a_back_to_write_the_name_on(shared_console: Console) -> None:
    photo = jpeg_photo(42)
    files = unzipped(shared_console.sign_in().post("/handover", {"pick": [approved(shared_console, photo=photo)]}))
    (data,) = (data for name, data in files.items() if name.startswith("sheets/"))
    pdf, point = Pdf(data), 72 / 25.4
    assert [round(side / point, 1) for side in pdf.size] == [89.0, 127.0]
    placed = re.findall(r"q ([\d.]+) 0 0 ([\d.]+) ([\d.]+) ([\d.]+) cm /I0 Do Q", pdf.pages[0])
    assert {(round(float(wide) / point, 2), round(float(high) / point, 2)) for wide, high, _, _ in placed} == {(35, 45)}
    assert len(placed) == 4
    assert photo in data
    fronts = sorted(round(float(left) / point, 1) for _, _, left, _ in placed)
    backs = sorted(round(word.left / point - 2, 1) for word in pdf.words() if word.text == "氏")
    assert backs == sorted(round(89 - left - 35, 1) for left in fronts)
    born = intake_record().birth_date
    assert pdf.text().count(f"{born.year}年{born.month}月{born.day}日") == 4
    for word in ("生年月日", "受付番号"):
        assert pdf.text().count(word) == 4
    assert not any(word.missing for word in pdf.words())


def test_a_name_read_from_the_chip_stands_on_the_back_and_in_the_list(shared_console: Console) -> None:
    holder = CardHolder(name="福島　花子", birth_date=intake_record().birth_date)
    case = approved(shared_console, photo=jpeg_photo(46), holder=holder)
    files = unzipped(shared_console.sign_in().post("/handover", {"pick": [case]}))
    (sheet,) = (data for name, data in files.items() if name.startswith("sheets/"))
    assert Pdf(sheet).text().count("福島　花子") == 4
    assert "福島　花子" in files["worklist.csv"].decode()


def test_it_stands_with_the_case_and_in_the_log_and_goes_out_again_when_opened_again(shared_console: Console) -> None:
    lead = shared_console.sign_in(Role.LEAD)
    case = approved(shared_console)
    assert case in lead.get("/handover").text
    lead.post("/handover", {"pick": [case]})
    assert case not in lead.get("/handover").text
    assert case in lead.get("/handover?done=true").text
    with shared_console.office.work() as work:
        (entry,) = audit.search(work, FUKUSHIMA, audit.Search(action="case.handed_over", subject=f"case:{case}"))
        assert re.fullmatch(r"manifest [0-9a-f]{64}", entry.detail)
        desk = Desk(FUKUSHIMA, case, 2, "somebody")
        cases.reopen(work, desk, note="写真を替える")
        cases.approve(work, Desk(FUKUSHIMA, case, 3, "somebody"))
    assert case in lead.get("/handover").text


def test_nothing_but_approved_cases_of_the_own_municipality_goes_out(shared_console: Console) -> None:
    staff = shared_console.sign_in()
    good, waiting = approved(shared_console), shared_console.case()
    answer = staff.post("/handover", {"pick": [good, waiting]})
    assert answer.status_code == 409
    assert good in staff.get("/handover").text
    assert staff.post("/handover", {"pick": []}).status_code == 422
    assert shared_console.sign_in(municipality=KORIYAMA).post("/handover", {"pick": [good]}).status_code == 404


@pytest.mark.parametrize(("photo", "code"), [(jpeg_photo(43, width=479, height=616), "photo.size"), (b"", "写真なし")])
def test_a_photo_that_is_not_to_the_rules_or_none_is_said_in_the_list(
    shared_console: Console, photo: bytes, code: str
) -> None:
    case = shared_console.case(photo=jpeg_photo(44) if photo else b"")
    if photo:
        with shared_console.office.work() as work:
            row = cases.read(work, FUKUSHIMA, case)
            row.photo_key = shared_console.office.app.state.vault.put(photo, municipality=FUKUSHIMA, of="small")
    with shared_console.office.work() as work:
        cases.approve(work, Desk(FUKUSHIMA, case, 1, "somebody"))
    files = unzipped(shared_console.sign_in().post("/handover", {"pick": [case]}))
    assert code in files["worklist.csv"].decode()
    assert not [name for name in files if name.startswith("sheets/")]


def test_the_photo_rules_name_what_is_broken() -> None:
    from backoffice.cases.photo_file import PhotoUnfit, checked

    with Image.open(io.BytesIO(jpeg_photo(45))) as image:
        image.load()
    made = {
        "photo.colour": {"mode": "CMYK"}, "photo.progressive": {"progressive": True}, "photo.bytes": {"quality": 5},
        "photo.metadata": {"exif": Image.Exif()},
    }  # fmt: skip
    for code, how in made.items():
        file, mode = io.BytesIO(), str(how.pop("mode", "RGB"))
        if "exif" in how:
            how["exif"][0x8298] = "somebody"  # type: ignore[index]
        image.convert(mode).save(file, "JPEG", **{"quality": 95, **how})
        with pytest.raises(PhotoUnfit, match=re.escape(code)):
            checked(file.getvalue())
    with pytest.raises(PhotoUnfit, match="unreadable"):
        checked(jpeg_photo(45)[:3000])
