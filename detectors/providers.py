"""Who computes the networks: the execution providers by name, and which of those asked for really runs.

Without ONNX Runtime here: see onnx_session, which tries them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from runtime.errors import Language

Provider = Literal["cpu", "openvino", "cuda", "tensorrt"]

PROVIDERS: tuple[Provider, ...] = get_args(Provider)
#: as ONNX Runtime calls them
RUNTIME_NAMES: Mapping[Provider, str] = {
    "cpu": "CPUExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
}
#: the package that has it; each takes the place of `onnxruntime`
PACKAGES: Mapping[Provider, str] = {
    "cpu": "onnxruntime",
    "openvino": "onnxruntime-openvino",
    "cuda": "onnxruntime-gpu",
    "tensorrt": "onnxruntime-gpu",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A provider that was asked for and does not run."""

    provider: Provider
    #: whether this ONNX Runtime has it at all; if so, it would not start: its libraries or its device are missing
    known: bool

    def message(self, language: Language) -> str:
        package = PACKAGES[self.provider]
        if language == "zh":
            if self.known:
                return f"{self.provider} 无法启动：缺少其运行库或设备"
            return f"此 ONNX Runtime 不含 {self.provider}：请安装 {package} 替换 onnxruntime"
        if self.known:
            return f"{self.provider} does not start: its libraries or its device are missing"
        return f"this ONNX Runtime has no {self.provider}: install {package} in place of onnxruntime"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderUse:
    """Who runs one network."""

    model: str
    provider: Provider
    #: those preferred to it, in the order in which they were asked for
    lacks: tuple[Lack, ...] = ()

    def message(self, language: Language) -> str:
        """What runs it and, where it is not what was asked for, why."""
        reasons = "; ".join(lack.message(language) for lack in self.lacks)
        if language == "zh":
            return f"{self.model} 由 {self.provider} 运行" + (f"（{reasons}）" if reasons else "")
        return f"{self.model} runs on {self.provider}" + (f" ({reasons})" if reasons else "")


def lacks_of(uses: tuple[ProviderUse, ...]) -> tuple[Lack, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(lack for use in uses for lack in use.lacks))
