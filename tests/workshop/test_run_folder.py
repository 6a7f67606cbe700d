"""All files of a test run lie in one folder, and that of a killed run does not stay for ever."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.run_folder import RunFolder

ROOT = Path(__file__).resolve().parents[2]
A_RUN = """
import sys, time
from pathlib import Path
from tests.run_folder import RunFolder
print(RunFolder(Path(sys.argv[1])).path, flush=True)
time.sleep(600)
"""


def test_the_folder_of_a_killed_run_is_removed_and_those_of_others_at_work_are_kept(tmp_path: Path):
    mine = RunFolder(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", A_RUN, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        (theirs / "left.txt").write_text("of a run that never said farewell")
        RunFolder(tmp_path).close()
        assert mine.path.is_dir()
        assert theirs.is_dir()
        other.send_signal(signal.SIGKILL)
        other.wait()
    RunFolder(tmp_path).close()
    assert mine.path.is_dir()
    assert not theirs.exists()
    mine.close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_folder_of_a_run_is_left_alone(tmp_path: Path):
    (tmp_path / "somebody-elses").mkdir()
    RunFolder(tmp_path).close()
    assert [path.name for path in tmp_path.iterdir()] == ["somebody-elses"]
