"""What runs the networks: the first that starts, and never silently another."""

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnxruntime
import pytest

from detectors import onnx_session
from detectors.errors import ModelUnloadable
from detectors.models import load_models
from detectors.onnx_session import OnnxFile
from detectors.providers import PROVIDERS, RUNTIME_NAMES, Lack, ProviderUse, lacks_of
from tests.fakes.onnx_file import write_network
from tests.unit.detectors.clips import MODELS

#: of the tests' own ONNX Runtime
AVAILABLE = onnxruntime.get_available_providers()


@pytest.fixture
def network(tmp_path: Path) -> Path:
    return write_network(tmp_path / "yard.onnx", np.zeros((1, 84, 5)))


class Runtime:
    """An ONNX Runtime that offers more than starts, as one without its driver does: what runs falls back by itself."""

    def __init__(self, *, offers: set[str], starts: set[str], breaks: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        self._offers, self._starts, self._breaks = offers, starts, breaks
        self.asked: list[list[str]] = []
        self.fallback = True

    def get_available_providers(self) -> list[str]:
        return [*(RUNTIME_NAMES[name] for name in self._offers), RUNTIME_NAMES["cpu"]]  # type: ignore[index]

    def InferenceSession(self, data: bytes, options: Any, providers: list[Any]) -> Any:
        names = [one if isinstance(one, str) else one[0] for one in providers]
        self.asked.append(names)
        if any(RUNTIME_NAMES[name] in names for name in self._breaks):  # type: ignore[index]
            raise RuntimeError("no engine could be built")
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        started = [name for name in names if name in {RUNTIME_NAMES[one] for one in (*self._starts, "cpu")}]  # type: ignore[index]

        def disable_fallback() -> None:
            self.fallback = False

        return SimpleNamespace(
            get_providers=lambda: started,
            disable_fallback=disable_fallback,
            get_inputs=session.get_inputs,
            get_outputs=session.get_outputs,
        )

    SessionOptions = staticmethod(onnxruntime.SessionOptions)


def load(monkeypatch: pytest.MonkeyPatch, network: Path, runtime: Runtime, *wanted: Any) -> OnnxFile:
    monkeypatch.setattr(onnx_session, "onnxruntime", runtime)
    return OnnxFile(network, providers=wanted)


def test_the_first_that_starts_runs(monkeypatch: pytest.MonkeyPatch, network: Path) -> None:
    runtime = Runtime(offers={"cuda", "tensorrt"}, starts={"cuda"})
    file = load(monkeypatch, network, runtime, "tensorrt", "cuda", "cpu")
    assert file.provider == "cuda"
    assert file.lacks == (Lack(provider="tensorrt", known=True),)
    assert not runtime.fallback, "a provider that fails later must not be replaced in silence"


def test_the_cpu_runs_where_nothing_that_was_asked_for_starts(
    monkeypatch: pytest.MonkeyPatch, network: Path
) -> None:
    runtime = Runtime(offers={"cuda"}, starts=set())
    file = load(monkeypatch, network, runtime, "openvino", "cuda")
    assert file.provider == "cpu"
    assert file.lacks == (Lack(provider="openvino", known=False), Lack(provider="cuda", known=True))


def test_a_provider_that_breaks_while_it_starts_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, network: Path
) -> None:
    runtime = Runtime(offers={"tensorrt"}, starts=set(), breaks={"tensorrt"})
    file = load(monkeypatch, network, runtime, "tensorrt")
    assert (file.provider, file.lacks) == ("cpu", (Lack(provider="tensorrt", known=True),))


def test_a_file_that_is_no_network_is_so_on_every_provider(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"no network")
    runtime = Runtime(offers={"cuda"}, starts={"cuda"}, breaks={"cuda"})
    with pytest.raises(ModelUnloadable):
        load(monkeypatch, tmp_path / "bad.onnx", runtime, "cuda")


def test_preferring_the_cpu_lacks_nothing(monkeypatch: pytest.MonkeyPatch, network: Path) -> None:
    runtime = Runtime(offers={"cuda"}, starts={"cuda"})
    file = load(monkeypatch, network, runtime, "cpu", "cuda")
    assert (file.provider, file.lacks) == ("cpu", ())
    assert runtime.asked == [["CPUExecutionProvider"]]


@pytest.mark.skipif("CUDAExecutionProvider" in AVAILABLE, reason="this ONNX Runtime has CUDA")
def test_what_does_not_start_is_logged_once_in_both_languages(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        models = load_models(MODELS, providers=("cuda", "cpu"))
    (record,) = caplog.records
    assert "no cuda: install onnxruntime-gpu" in record.message and "不含 cuda" in record.message
    assert [use.provider for use in models.uses] == ["cpu", "cpu"]


def test_a_lack_of_two_networks_is_one() -> None:
    lack = Lack(provider="cuda", known=True)
    uses = tuple(ProviderUse(model=name, provider="cpu", lacks=(lack,)) for name in "ab")
    assert lacks_of(uses) == (lack,)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("known", [True, False])
def test_every_lack_has_words(provider: Any, known: bool) -> None:
    lack = Lack(provider=provider, known=known)
    assert provider in lack.message("en") and provider in lack.message("zh")
    assert lack.message("en") != lack.message("zh")
