"""What was seen, as a Markdown page, and contact sheets for looking at many pictures at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from schemas.language import Language
from tests.screens.eye import Seen

TILE, SHEET_TILES, GAP = 430, 12, 14


def markdown(seen: Sequence[Seen], *, head: str, missing: Sequence[str]) -> str:
    """The table screen × language with the number of findings in all modes, then each finding with where it is."""
    languages = [each for each in Language if any(one.language is each for one in seen)]
    rows = {one.look.name: "" for one in seen}
    lines = [
        f"# Screens\n\n{head}\n",
        f"| screen | {' | '.join(languages)} | modes |",
        f"|---|{'---|' * (len(languages) + 1)}",
    ]
    for name in rows:
        of_it = [one for one in seen if one.look.name == name]
        cells = [_cell([one for one in of_it if one.language is language]) for language in languages]
        lines.append(f"| {name} | {' | '.join(cells)} | {len({one.mode.name for one in of_it})} |")
    lines.append("\nA number: findings in all modes; ✓: none; –: not spoken there.\n")
    lines += [f"- never seen: {name}" for name in missing]
    return "\n".join([*lines, *_details(seen)]) + "\n"


def _cell(seen: Sequence[Seen]) -> str:
    if not seen:
        return "–"
    return str(sum(len(one.findings) for one in seen)) if any(one.findings for one in seen) else "✓"


def _details(seen: Iterable[Seen]) -> list[str]:
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in seen:
        for finding in one.findings:
            places[one.look.name, finding].append(f"{one.language} {one.mode.name}")
    return [f"- **{name}**: {finding} ({', '.join(where)})" for (name, finding), where in places.items()]


def contact_sheets(seen: Iterable[Seen], folder: Path) -> int:
    """Pictures of one language and mode side by side; returns how many sheets."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for one in seen:
        if one.picture is not None:
            groups[f"{one.language}.{one.mode.name}"].append(one.picture)
    count = 0
    for name, pictures in groups.items():
        for first in range(0, len(pictures), SHEET_TILES):
            _sheet(pictures[first : first + SHEET_TILES]).save(
                folder / f"{name}.{first // SHEET_TILES + 1}.jpg", quality=80
            )
            count += 1
    return count


def _sheet(pictures: Sequence[Path]) -> Image.Image:
    tiles = []
    for path in pictures:
        with Image.open(path) as picture:
            tile = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, round(1.8 * picture.width))))
        tile.thumbnail((TILE, TILE * 2))
        tiles.append((path.name.split(".")[0], tile))
    across = 6 if tiles[0][1].height > tiles[0][1].width else 4
    tall = max(tile.height for _, tile in tiles) + 22
    rows = -(-len(tiles) // across)
    sheet = Image.new("RGB", (across * (TILE + GAP), rows * tall), "white")
    pen = ImageDraw.Draw(sheet)
    for at, (name, tile) in enumerate(tiles):
        left, top = at % across * (TILE + GAP), at // across * tall
        pen.text((left + 4, top + 4), name, fill="black")
        sheet.paste(tile, (left, top + 20))
    return sheet
