"""Programs that are not here, imitated: they write down how they were called, and answer as they are told."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# One line of JSON per call; exit code and output are those of the first pattern that stands in the call. What it was
# given as a file is read too: bq's --source, gcloud's --policy-from-file.
RECORDER = """#!{python}
import json, os, sys
folder = {folder!r}
call = [os.path.basename(sys.argv[0]), *sys.argv[1:]]
given = sys.stdin.read() if call[-1].endswith("=-") else None
sources = [b for a, b in zip(call, call[1:]) if a == "--source"]
sources += [word.split("=", 1)[1] for word in call if word.startswith(("--policy-from-file=", "--policy="))]
source = open(sources[0]).read() if sources and os.path.isfile(sources[0]) else None
with open(os.path.join(folder, "calls"), "a") as calls:
    calls.write(json.dumps({{"call": call, "stdin": given, "source": source}}) + "\\n")
with open(os.path.join(folder, "answers")) as answers:
    known = json.load(answers)
code, said = next(((code, said) for pattern, code, said in known if pattern in " ".join(call)), (0, ""))
print(said, end="")
sys.exit(code)
"""


class Programs:
    """A PATH on which programs of these names record what they are called with."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            program = folder / name
            program.write_text(RECORDER.format(python=sys.executable, folder=str(folder)), encoding="utf-8")
            program.chmod(0o755)
        self.answer()

    def answer(self, *codes: tuple[str, int], **said: str) -> None:
        """From now on, a call with such a text in it ends with that exit code, or prints what is ``said``.

        The name of what is said is the text, with underscores for spaces.
        """
        answers = [(text.replace("_", " "), 0, output) for text, output in said.items()]
        answers += [(text, code, "") for text, code in codes]
        (self.folder / "answers").write_text(json.dumps(answers), encoding="utf-8")
        (self.folder / "calls").write_text("", encoding="utf-8")

    @property
    def records(self) -> list[dict[str, Any]]:
        """Every call with what it read, in order."""
        return [json.loads(line) for line in (self.folder / "calls").read_text(encoding="utf-8").splitlines()]

    @property
    def calls(self) -> list[list[str]]:
        """Every call, in order."""
        return [json.loads(json.dumps(record["call"])) for record in self.records]

    def run(self, script: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """One of our scripts, on a PATH with these programs and the system's, and no others."""
        environ = {"PATH": f"{self.folder}:/usr/bin:/bin", "HOME": str(self.folder), "TMPDIR": str(self.folder)}
        return subprocess.run(
            [str(ROOT / "scripts" / script), *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            env={**environ, "LANG": os.environ.get("LANG", "C.UTF-8")},
            check=False,
        )
