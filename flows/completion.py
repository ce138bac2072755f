"""Shell completion of ``dtm``: a function for bash, which zsh reads too, made from the parser and the tables, with no library.

It completes commands, actions, options and their choices; table names after the commands that take one, after ``--table``,
and inside a query in quotes.
"""

from __future__ import annotations

import argparse

from expectations.tables import published

SHELLS = ("bash", "zsh")
# commands of which a word may be a table
_TAKE_TABLES = ("export", "dictionary")


def script(top: argparse.ArgumentParser, shell: str) -> str:
    """The function, to be evaluated by the shell.

    Args:
        top: the parser of all commands.
        shell: one of :data:`SHELLS`.
    """
    words = [f"        '{path}') words='{' '.join(known)}' ;;" for path, known in _words(top).items()]
    body = _FUNCTION.format(
        words="\n".join(words), tables=" ".join(table.name for table in published()), take_tables="|".join(_TAKE_TABLES)
    )
    return _ZSH + body if shell == "zsh" else body


def _words(top: argparse.ArgumentParser) -> dict[str, list[str]]:
    """What may follow ``dtm``, each command, and each of its actions."""
    found: dict[str, list[str]] = {}
    for path, parser in _parsers("", top):
        options = [word for own in parser._actions for word in own.option_strings if word.startswith("--")]
        choices = [str(choice) for own in parser._actions for choice in own.choices or ()]
        found[path] = sorted({*options, *choices})
    return found


def _parsers(path: str, parser: argparse.ArgumentParser) -> list[tuple[str, argparse.ArgumentParser]]:
    found = [(path, parser)]
    for own in parser._actions:
        if isinstance(own, argparse._SubParsersAction):
            for name, below in own.choices.items():
                found += _parsers(f"{path} {name}".strip(), below)
    return found


_ZSH = "autoload -U +X bashcompinit && bashcompinit\n"
_FUNCTION = r"""# completion of dtm: eval "$(dtm sql --complete bash)", or put it into ~/.bashrc
_dtm() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" path="" words="" head="" one
    local tables='{tables}'
    for one in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$one" in -*) break ;; esac
        path="${{path:+$path }}$one"
    done
    while :; do
        case "$path" in
{words}
            *) if [[ "$path" == *" "* ]]; then path="${{path% *}}"; else path=""; fi; continue ;;
        esac
        break
    done
    case "$before" in
        --table|--tables) words="$tables" ;;
        *) case "${{path%% *}}" in {take_tables}) words="$words $tables" ;; esac ;;
    esac
    if [[ "${{path%% *}}" == sql && "$word" != -* && "$before" != --* ]]; then
        # a query in quotes: its last word
        word="${{word#[\"\']}}"
        head="${{word%"${{word##*[ (,]}}"}}"
        word="${{word#"$head"}}"
        words="$tables"
        compopt -o nospace 2>/dev/null  # the query goes on
    fi
    COMPREPLY=()
    while IFS= read -r one; do
        [[ -n "$one" ]] && COMPREPLY+=("$head$one")
    done < <(compgen -W "$words" -- "$word")
}}
complete -o default -F _dtm dtm
"""
