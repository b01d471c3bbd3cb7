from pathlib import Path

import pytest

from detectors import label_errors
from detectors.labels import grouping_tags, read_labels
from runtime.errors import VmsError
from tests.unit.detectors.clips import SHARED

EVENTS = "file,event,start_s,end_s"


def written(folder: Path, text: str | bytes) -> Path:
    for name in ("a.mp4", "b.mp4", "夜间.mp4"):
        (folder / name).touch()
    path = folder / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_about_one_file_are_gathered_in_order_of_time(tmp_path: Path) -> None:
    labels = read_labels(
        written(tmp_path, f"{EVENTS},light\na.mp4,fall,9,12,day\nb.mp4,,,,night\na.mp4,fall,1.5,3,day\n")
    )
    assert labels.about_events
    assert [clip.name for clip in labels.clips] == ["a.mp4", "b.mp4"]
    assert [(event.start_s, event.end_s, event.line) for event in labels.clips[0].events] == [
        (1.5, 3.0, 4),
        (9.0, 12.0, 2),
    ]
    assert labels.clips[1].events == ()
    assert labels.clips[1].tags == {"light": "night"}
    assert labels.kinds == {"fall"}


def test_counts_are_read(tmp_path: Path) -> None:
    labels = read_labels(written(tmp_path, "file,frame,time_s,count\na.mp4,30,2.9,5\na.mp4,10,0.9,3\n"))
    assert not labels.about_events
    assert [(label.time_s, label.count) for label in labels.clips[0].counts] == [(0.9, 3), (2.9, 5)]


def test_what_excel_writes_is_read(tmp_path: Path) -> None:
    text = f"{EVENTS},说明\r\n夜间.mp4,fall,1,2,向后跌倒\r\n\r\n"
    for data in (text.encode("utf-8-sig"), text.encode("gb18030")):
        labels = read_labels(written(tmp_path, data))
        assert labels.clips[0].name == "夜间.mp4"
        assert labels.clips[0].tags == {"说明": "向后跌倒"}


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("", "LabelColumnsUnknown", "file,event,start_s,end_s"),
        ("video,what\na.mp4,fall\n", "LabelColumnsUnknown", "video,what"),
        (f"{EVENTS}\n", "LabelsEmpty", "no row"),
        (f"{EVENTS}\na.mp4,fall,1\n", "LabelRowTorn", "Line 2 of .* 3 fields"),
        (f"{EVENTS}\na.mp4,fall,1,2,day\n", "LabelRowTorn", "Line 2 of .* 5 fields"),
        (f"{EVENTS}\na.mp4,,,\n,fall,1,2\n", "LabelFieldEmpty", 'Line 3 of .* "file"'),
        (f"{EVENTS}\na.mp4,fall,,2\n", "LabelFieldEmpty", 'Line 2 of .* "start_s"'),
        (f"{EVENTS}\na.mp4,fall,soon,2\n", "LabelNumberInvalid", 'Line 2 of .* "soon"'),
        (f"{EVENTS}\na.mp4,fall,-1,2\n", "LabelNumberInvalid", '"-1"'),
        (f"{EVENTS}\na.mp4,fall,1,nan\n", "LabelNumberInvalid", '"nan"'),
        (f"{EVENTS}\na.mp4,fall,3,2\n", "LabelTimesSwapped", "Line 2 of .* 2.0 s, before"),
        (f"{EVENTS}\na.mp4,,1,2\n", "LabelTimesWithoutEvent", "Line 2"),
        (f"{EVENTS}\na.mp4,fal,1,2\n", "LabelEventUnknown", '"fal".*fall, person_down, crowd'),
        (f"{EVENTS}\na.mp4,fall,1,2\na.mp4,,,\n", "LabelContradicted", "Line 3 of .* line 2"),
        (f"{EVENTS}\n\nnone.mp4,,,\n", "LabelledFileMissing", "Line 3 of .* none.mp4"),
        ("file,frame,time_s,count\na.mp4,1,0.5,2.5\n", "LabelNumberInvalid", '"2.5" under "count"'),
        ("file,frame,time_s,count\na.mp4,1,,2\n", "LabelFieldEmpty", '"time_s"'),
        (b"\xff\xfe\x00\xd8f,e", "LabelsNotText", "CSV"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_what_to_do(
    tmp_path: Path, text: str | bytes, error: str, says: str
) -> None:
    with pytest.raises(VmsError, match=says) as caught:
        read_labels(written(tmp_path, text))
    assert type(caught.value) is getattr(label_errors, error)
    assert str(tmp_path / "labels.csv") in str(caught.value)


def test_labels_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(label_errors.LabelsMissing, match="No such file"):
        read_labels(tmp_path / "none.csv")


def test_a_column_groups_if_it_has_few_values(tmp_path: Path) -> None:
    rows = "".join(f"{i}.mp4,,,,{'day' if i % 2 else 'night'},text {i},one\n" for i in range(8))
    path = written(tmp_path, f"{EVENTS},light,description,split\n{rows}")
    for i in range(8):
        (tmp_path / f"{i}.mp4").touch()
    assert grouping_tags(read_labels(path).clips) == ("light",)


@pytest.mark.parametrize(
    ("file", "clips", "events", "counts"),
    [
        ("footage/falls/labels.csv", 10, 6, 0),
        ("synth/set/labels.csv", 37, 17, 0),
        ("synth/set/counts.csv", 5, 0, 48),
        ("footage/pedestrians/counts.csv", 1, 0, 20),
    ],
)
def test_the_labels_beside_the_project_are_read_as_they_are(
    file: str, clips: int, events: int, counts: int
) -> None:
    path = SHARED / file
    if not path.is_file():
        pytest.skip(f"no footage beside the project: shared/{file}")
    labels = read_labels(path)
    assert len(labels.clips) == clips
    assert sum(len(clip.events) for clip in labels.clips) == events
    assert sum(len(clip.counts) for clip in labels.clips) == counts
