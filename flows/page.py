"""What every page is: one HTML file without network or script, the same bytes for the same figures, to be printed too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from flows.drawing import COLOURS, EDGES, HATCH, INK, LETTERS, LINE, QUIET, Name, safe
from flows.export import outside
from flows.problem import ExitCode, Problem

_ENDINGS = (".html", ".htm")


def page_file(output: Path) -> Path:
    """The file to write, links followed: never in a data folder, where only builds write.

    Raises:
        Problem: it is no HTML file, or lies in a data folder.
    """
    if output.suffix.lower() not in _ENDINGS or output.is_dir():
        raise Problem(ExitCode.USAGE, f"-o takes the name of an {_ENDINGS[0]} file, not '{output}'.")
    return outside(output)


def document(title: str, sections: Iterable[str], *, language: str = "en", direction: str = "ltr", style: str = "") -> str:
    """A page of sections, which are HTML; an empty one is left out. ``style`` is CSS of its own, after that of every page."""
    body = "\n".join(filter(None, sections))
    return _PAGE.format(title=safe(title), style=_STYLE + style, body=body, language=language, direction=direction)


def section(name: str, kicker: str, heading: str, body: str, note: str = "") -> str:
    """A part of a page with its heading; ``body`` is HTML. One without a table is printed on one sheet of paper."""
    said = f"<p class='note'>{safe(note)}</p>" if note else ""
    whole = "" if "<table" in body else " class='whole'"
    return f"<section{whole}><p class='kicker'>{safe(kicker)}</p><h2 id='{name}'>{safe(heading)}</h2>{body}{said}</section>"


def named(words: str) -> str:
    """A text of the data, whichever way it runs."""
    return f'<bdi dir="auto">{safe(Name(words))}</bdi>'


def table(heads: Sequence[str], rows: Iterable[str], signature: str, numbers: int = 0) -> str:
    """A table of rows of cells, which are HTML; its last ``numbers`` columns are numbers."""
    first = len(heads) - numbers
    head = "".join(f"<th{' class=n' if at >= first else ''}>{named(word)}</th>" for at, word in enumerate(heads))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    foot = f"<tr><td colspan='{len(heads)}'>{safe(signature)}</td></tr>"
    return f"<figure><table><thead><tr>{head}</tr></thead><tfoot>{foot}</tfoot><tbody>{body}</tbody></table></figure>"


_STYLE = f"""
@page{{size:A4;margin:12mm}}
*{{box-sizing:border-box;-webkit-print-color-adjust:exact;print-color-adjust:exact}}
html{{font-size:15px}}
body{{font:1rem/1.45 {LETTERS};font-variant-numeric:tabular-nums;color:{INK};background:#fff;max-width:1040px;margin:1.6rem auto;padding:0 1.2rem}}
h1{{font-size:1.85rem;line-height:1.2;margin:0 0 .4rem}}h2{{font-size:1.28rem;line-height:1.3;margin:.1rem 0 .9rem}}p{{margin:0}}
header p{{color:{QUIET}}}
.band{{display:flex;justify-content:space-between;gap:1rem;flex-wrap:wrap;margin:1rem 0 1.4rem;padding:.6rem .9rem;background:#f6efe2;border:1px solid {EDGES["medium"]};border-left-width:6px}}
section{{margin:2.4rem 0 0;border-top:2px solid {INK};padding-top:.6rem}}
.kicker{{font-size:.85rem;color:{QUIET}}}
figure{{margin:0;overflow-x:auto}}figure>svg{{display:block;width:100%;height:auto}}
tfoot td{{border-bottom:0;padding-top:.35rem;font-size:.82rem;color:{QUIET}}}
figcaption{{border-top:1px solid {LINE};margin-top:.8rem;padding-top:.35rem;font-size:.82rem;color:{QUIET}}}
.note{{font-size:.9rem;color:{QUIET};margin:.4rem 0 0}}.small{{font-size:.85rem;color:{QUIET}}}
.tiles{{display:grid;grid-template-columns:repeat(4,1fr);gap:.8rem}}
.tile{{border-top:10px solid {LINE};background:#f7f8f9;padding:.6rem .8rem .7rem;font-size:.88rem}}
.tile .big{{font-size:1.8rem;font-weight:600;line-height:1.25}}
.tile.high{{border-color:{COLOURS["high"]}}}.tile.medium{{border-color:{COLOURS["medium"]}}}.tile.low{{border-color:{COLOURS["low"]}}}
.tile.unclassified{{border-top:0;padding-top:calc(.6rem + 10px);background:repeating-linear-gradient(135deg,{HATCH} 0 1.5px,#fff 1.5px 5px) top/100% 10px no-repeat,#f7f8f9}}
.coverage{{margin:.9rem 0 0}}.warning{{margin:.6rem 0 0;padding:.45rem .8rem;border-left:6px solid {COLOURS["medium"]};background:#f7f8f9}}
table{{border-collapse:collapse;width:100%;font-size:.94rem}}
th,td{{text-align:left;vertical-align:top;padding:.5rem .9rem .5rem 0;border-bottom:1px solid {LINE};overflow-wrap:break-word}}
th{{font-size:.85rem;color:{QUIET};font-weight:600}}th.n,td.n{{text-align:right;white-space:nowrap}}
td.at{{width:2rem}}td.place{{width:21%}}td.parts{{width:36%;padding-right:0}}td.parts svg{{display:block;width:100%;height:auto}}
.rule{{display:inline-block;border:1px solid {EDGES["high"]};color:{EDGES["high"]};font-size:.8rem;padding:0 .4rem;margin:0 .2rem .2rem 0;white-space:nowrap}}
.dot{{display:inline-block;width:.7rem;height:.7rem;margin-right:.3rem}}.dot.high{{background:{COLOURS["high"]}}}.dot.medium{{background:{COLOURS["medium"]}}}.dot.low{{background:{COLOURS["low"]}}}
footer{{margin-top:2.6rem;border-top:2px solid {INK};padding-top:.6rem;font-size:.92rem}}footer h2{{font-size:1.07rem;margin:0}}footer ul{{padding-left:1.1rem;margin:.4rem 0 .8rem}}.tier{{font-weight:600}}
@media print{{
html{{font-size:11px}}body{{margin:0;padding:0;max-width:none}}section{{margin-top:1.8rem}}
.whole,.kicker,h2,tr,.tiles,footer{{break-inside:avoid}}h1,h2,.kicker{{break-after:avoid}}figcaption,.note{{break-before:avoid}}td{{padding-top:.35rem;padding-bottom:.35rem}}
}}
@media(max-width:640px){{.tiles{{grid-template-columns:repeat(2,1fr)}}}}
"""
_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>{style}</style></head><body>
{body}
</body></html>
"""
