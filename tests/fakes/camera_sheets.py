"""A sheet of a whole district, made up."""

from vms.cameras.sheets.comma_separated import write_csv

HEADINGS = (
    "国标编码", "名称", "辖区", "主码流地址", "子码流地址", "账号", "密码", "厂商", "安装位置", "场所类型", "保存天数"
)  # fmt: skip


def district_rows(count: int, unit: str = "示范社区") -> list[list[str | float | int]]:
    """Without headings; each camera with an address, a code and a password of its own."""
    return [
        [
            f"4201020000132{number:07d}",
            f"{number} 号枪机",
            unit,
            f"rtsp://{_host(number)}/main",
            f"rtsp://{_host(number)}/sub",
            "admin",
            f"pass-{number}",
            "某厂",
            f"光明路 {number} 号灯杆",
            "道路",
            30,
        ]
        for number in range(count)
    ]


def district_sheet(rows: list[list[str | float | int]]) -> bytes:
    return write_csv([list(HEADINGS), *rows])


def _host(number: int) -> str:
    return f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
