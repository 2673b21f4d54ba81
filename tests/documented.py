#!/usr/bin/env python3
"""Each public member of the types that users meet must stand as code on a page that names its type. Every link of the pages, and every page of docs/ that a
header, a message or a test names, must lead to a file and heading that are there, as must each path that a page shows as code. docs/README.md links every page. What docs/inside/design.md
says that words are called in the code must stand there."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PARTS = r"\w*_(fn|stage|node|sink|op|base|state|range|source|iterator|impl)"  # what pipelines are made of: their docs are the stages'
INNER = """start_info generated chunk_consumer even_buckets edge_search top_entry endless_iota bounded_iota line_reader random_bits random_between
    stream_lines chunk_hints chunk_sink_cut slide_cut separator_splitter stride_cut aggregate_ops count_ops distinct_ops group_ops reduce_ops equals group
    python_hook nothing""".split()  # no user spells a member of these, or only as braces do
OURS = {"error::locate", "error::rebase", "error::note", "window::lent", "accumulator::state", "broadcast::content", "dataset::node"}  # between the rooms
MADE_BY = {"statistics": "stats", "histogram_counts": "histogram", "location": "where()", "python_exception": "causes()", "shipped_file": "inline_file",
           "python_source": "source_text", "sort_options": "sort_by", "open_dataset": "dataset", "file": "leat::files"}  # how pages call them


def blocks(text):
    """What stands in namespace leat itself, without attributes."""
    depth = []  # names of the open namespaces
    for block in re.split(r"^(?=namespace |}  // namespace)", re.sub(r"\[\[[^\]]*\]\] ", "", text), flags=re.M):
        head = re.match(r"namespace ([\w:]+) \{|}  // namespace", block)
        if head and head[1]:
            depth.append(head[1])
        elif head and depth:
            depth.pop()
        if depth == ["leat"]:
            yield block


def structs(text):
    """Name and body of the types in namespace leat itself, less what is private."""
    for block in blocks(text):
        for found in re.finditer(r"^(?:template <class \w+(?: = \w+)?>\n)?(struct|class) (\w+)(?: final)?(?: : [^{;]*)? \{\n(.*?)^\};", block, re.M | re.S):
            yield found[2], re.sub(r"^ (private|protected):.*?(?=^ public:|\Z)", "", found[3], flags=re.M | re.S), found[1]


def public_names(text):
    """What users may spell, but for specializations and what is only announced."""
    for block in blocks(text):
        for line in block.splitlines():
            line = re.sub(r"^(template <.*?> |LEAT_DECL |inline |constexpr |consteval )*", "", line.partition("//")[0])
            found = re.match(r"(?:struct|class|enum class|concept|using) (\w+)(?! *;|\w|<)", line)
            found = found or re.match(r"(?!return |requires )[\w:]+(?:<.*>)?[&*]? (\w+)(?:\(|\{|;| =)", line)
            if found:
                yield found[1]


def members(body):
    """Data members and functions at the first level."""
    lines = [line for line in body.splitlines() if re.match(r"  [A-Za-z]", line) and not re.match(r"  (using|friend|template|static|return|requires|struct|explicit|enum|operator|virtual)\b", line)]
    for line in lines:
        line = re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", line.partition("//")[0])))
        data = re.match(r"  (?:const )?[\w:]+(?: [\w:]+)* (\w+(?:\{[^}]*\}|, |\w+)*)(?: = [^;]*|\{[^;]*\})?;", line)
        call = re.match(r"  (?:LEAT_DECL |constexpr |const |inline )*[\w:]+[&*]? (\w+)\([^;{]*", line)
        if call and call[1] not in ("operator", "explicit"):
            yield call[1]
        elif data:
            yield from (re.match(r"\w+", part)[0] for part in data[1].split(", ") if part)


def anchors(page):
    """The headings of a page as links name them."""
    for title in re.findall(r"^#+ (.*)$", prose(page), re.M):
        yield re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
    yield from re.findall(r'id="([\w-]+)"', page)


def prose(page):
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S)


def references(pages):
    """Where something is named, how it is named there, the file that it means, and the heading in it."""
    for path, page in pages.items():
        for link in re.findall(r"\]\(([^()\s]+)\)", re.sub(r"`[^`]*`", "", prose(page))):
            file, _, anchor = link.partition("#")
            if not re.match(r"\w+:", link):
                yield path, link, (path.parent / file).resolve() if file else path, anchor
        text = "\n".join(re.findall(r"\| ([^|]*) \|$", page, re.M)) if path.name == "changes.md" else prose(page)  # where things are now
        for name in re.findall(r"`(?:\./)?((?:[\w-]+/)+[\w-]+\.(?:hpp|ipp|cpp|py|md|sh))`", text):
            if re.search(r"NAME|KIND", name):  # a pattern of names
                continue
            places = [ROOT / name, ROOT / "include" / name, ROOT / "include/leat" / name, path.parent / name]
            yield path, name, next((place for place in places if place.exists()), places[0]), ""
    for folder in ("include", "tests", "examples", "bench", "findings"):
        for path in sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in (".hpp", ".ipp", ".cpp", ".py", ".sh", ".build")):
            for file, anchor in re.findall(r"\b(docs/[\w/]+\.md)(?:#([\w-]+))?", path.read_text()):
                yield path, file + "#" * bool(anchor) + anchor, ROOT / file, anchor
    for page in pages:
        if (ROOT / "docs") in page.parents and page != ROOT / "docs/README.md":
            name = page.relative_to(ROOT / "docs").as_posix()
            yield ROOT / "docs/README.md", f"the link to {name}", page if f"]({name}" in pages.get(ROOT / "docs/README.md", "") else ROOT / "no link", ""


def main():
    pages = {p: p.read_text() for p in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]}
    code = {p: " ".join(re.findall(r"`[^`]+`|```.*?```|^#+ \w+$", page, re.S | re.M)) for p, page in pages.items()}
    wrong, count = [], 0
    for header in sorted((ROOT / "include/leat").rglob("*.hpp")):
        for name in sorted(set(public_names(header.read_text()))):
            count += 1
            if not any(re.search(rf"\b{name}\b", text) for text in code.values()):
                wrong.append(f"{header.relative_to(ROOT)}: leat::{name} is on no page; what no user spells stands in a namespace of its own")
        for name, body, kind in structs(header.read_text()):
            if re.fullmatch(PARTS, name) or name in INNER:
                continue
            called = MADE_BY.get(name, name)
            for member in sorted({m for m in members(body) if m != name and not m.endswith("_")}):
                count += 1
                if f"{name}::{member}" not in OURS and not any(called in pages[p] and re.search(rf"\b{member}\b", code[p]) for p in pages):
                    wrong.append(f"{header.relative_to(ROOT)}: no page that names {called} has {name}::{member}")
    headings = {p: set(anchors(page)) for p, page in pages.items()}
    for path, name, target, anchor in references(pages):
        count += 1
        if not target.exists() or anchor and anchor not in headings.get(target, ()):
            wrong.append(f"{path.relative_to(ROOT)}: nothing is at {name}")
    design = (ROOT / "docs/inside/design.md").read_text()
    named = re.findall(r"^\|.*\|.*\| ([^|]*) \|$", design[design.index("## Words") : design.index("## Rooms")], re.M)
    named += re.findall(r"^\|.*\|.*\| ([^|]*) \|$", design[design.index("### Where it happens") : design.index("## Fusion")], re.M)
    tree = "\n".join(p.name + p.read_text() for p in (ROOT / "include/leat").rglob("*") if p.suffix in (".hpp", ".ipp", ".py"))
    for name in re.findall(r"\w[\w.]*", " ".join(re.findall(r"`[^`]*`", " ".join(named)))):
        count += 1
        if not re.search(rf"\b{re.escape(name)}\b", tree):
            wrong.append(f"docs/inside/design.md: nothing is called {name} in the code")
    print(*("FAILED " + line for line in wrong), sep="\n", end="\n" if wrong else "")
    print(f"{count - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong or count < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
