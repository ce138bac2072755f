"""Index models as the user names them: a file, or the id of one that comes with the project."""

from __future__ import annotations

from pathlib import Path

from expectations import index_model_file
from expectations.index_model import IndexModel
from expectations.index_model_file import ModelError
from flows.given_file import given, utf8
from flows.problem import ExitCode, Problem

_BYTE_ORDER_MARK = "\ufeff"  # some editors write it before the text


def load(said: str | None, default: str) -> IndexModel:
    """The model that the user named.

    Args:
        said: id of a model that comes with the project, else the path of a model file; None for ``default``.
        default: id of the model taken where the user names none.

    Raises:
        Problem: there is neither such a model nor such a file, or the file is no valid model; every reason is said.
    """
    own = index_model_file.shipped()
    named = default if said is None else said
    if named in own:
        return own[named]
    path = Path(named)
    if not path.is_file():
        known = ", ".join(own)
        sentence = f"'{named}' is neither a model file nor one of the models that come with the project: {known}."
        raise Problem(ExitCode.SOURCE_REFUSED, sentence)
    return _parsed(path)


def _parsed(path: Path) -> IndexModel:
    text = utf8(given(path), path.name).removeprefix(_BYTE_ORDER_MARK)
    try:
        return index_model_file.parse(text, path.name)
    except ModelError as error:
        raise Problem(ExitCode.SOURCE_REFUSED, str(error), error.sentences[1:]) from None
