"""Markdown to blocks: the words as a reader sees them, without markup."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.blocks import Block
from kb.sentences import ROW

_SOURCE_LINE = re.compile(r"^Source: (?P<citation>.+?)\. Official text: <?(?P<url>https?://[^\s>]+?)>?\. Sure: ")
_OF_A_SUMMARY = re.compile(r"^Summary written .*It is not the law")  # said of the text, nothing to answer with


def read_markdown(text: str) -> list[Block]:
    """Blocks of CommonMark with tables.

    References, which are not searched, are a line "Source: <citation>. Official text: <url>. Sure: ..." and what a
    summary of law says of itself.
    """
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(text)
    blocks: list[Block] = []
    depth, row, row_is_header = 0, list[str](), False
    for index, token in enumerate(tokens):
        if token.type == "list_item_open":
            depth += 1
        elif token.type == "list_item_close":
            depth -= 1
        elif token.type == "tr_open":
            row, row_is_header = [], tokens[index - 1].type == "thead_open"
        elif token.type == "tr_close":
            blocks.append(Block("row", ROW.join(row), header=row_is_header))
        elif token.type in ("fence", "code_block", "html_block"):
            blocks.append(Block("paragraph", token.content.strip()))
        elif token.type == "inline":
            _inline(token, tokens[index - 1], depth, row, blocks)
    return blocks


def _inline(token: Token, opener: Token, depth: int, row: list[str], blocks: list[Block]) -> None:
    words = _words(token.children or [])
    if opener.type in ("td_open", "th_open"):
        row.append(words)
    elif opener.type == "heading_open":
        blocks.append(Block("heading", words, int(opener.tag[1])))
    elif source := _SOURCE_LINE.match(words):
        blocks.append(Block("reference", words, citation=source["citation"], url=source["url"]))
    elif _OF_A_SUMMARY.match(words):
        blocks.append(Block("reference", words))
    else:
        blocks.append(Block("item" if depth else "paragraph", words))


def _words(children: Sequence[Token]) -> str:
    parts: list[str] = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type in ("text", "code_inline", "html_inline", "image"):
            parts.append(child.content)
    return re.sub(r"\s+", " ", "".join(parts)).strip()
