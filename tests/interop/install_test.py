#!/usr/bin/env python3
"""What is installed: program, unit, man page, completion, configurations; and whether page and completion say what the
program's help says.   install_test.py FLOORWALKER CMAKE BUILD_DIRECTORY"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = CMAKE = BUILD = ""
COMMANDS = ["run", "check", "status", "watch", "audit", "token", "version", "help"]
TOPICS = [["run"], ["check"], ["status"], ["watch"], ["token"], ["audit", "verify"], ["audit", "export"],
          ["audit", "history"], ["audit", "replay"]]


def help_on(*topic):
    return subprocess.run([PROGRAM, "help", *topic], check=True, capture_output=True, text=True).stdout


def options_of(*topic):
    """Options that the help describes, each at the beginning of its line."""
    lines = [line for line in help_on(*topic).splitlines() if line.startswith("  --")]
    return {option for line in lines for option in re.findall(r"--[a-z][a-z-]*", line.split("   ")[0])} - {
        "--floorwalker", "--caf"}


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="floorwalker-install-")
        cls.root = cls.folder.name
        done = subprocess.run([CMAKE, "--install", BUILD, "--prefix", cls.root + "/usr/local"], capture_output=True,
                              text=True)
        assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def path(self, below):
        path = os.path.join(self.root, "usr/local", below)
        self.assertTrue(os.path.exists(path), path)
        return path

    def text(self, below):
        with open(self.path(below)) as file:
            return file.read()

    def manual(self):
        return re.sub(r"\\f.", "", self.text("share/man/man1/floorwalker.1")).replace("\\-", "-")

    def test_everything_is_where_a_system_looks_for_it(self):
        for below in ("bin/floorwalker", "share/floorwalker/configs/reference.conf", "share/man/man1/floorwalker.1",
                      "share/bash-completion/completions/floorwalker", "lib/systemd/system/floorwalker.service",
                      "lib/sysusers.d/floorwalker.conf"):
            self.path(below)

    def test_the_installed_program_needs_nothing_of_the_build(self):
        done = subprocess.run([self.path("bin/floorwalker"), "version"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        needs = subprocess.run(["ldd", self.path("bin/floorwalker")], capture_output=True, text=True).stdout
        for line in needs.splitlines():
            self.assertNotIn("not found", line)
            self.assertNotIn("/.cache/", line)

    def test_the_manual_names_every_command_option_and_exit_code(self):
        manual = self.manual()
        for command in COMMANDS:
            self.assertRegex(manual, rf"(?m)^floorwalker {command}")
            self.assertRegex(manual, rf"(?m)^\.B {command}$")
        for topic in TOPICS:
            for option in options_of(*topic) - {"--help"}:
                self.assertIn(option, manual, topic)
        codes = manual.split(".SH EXIT STATUS")[1].split("\n.SH ")[0]
        described = re.findall(r"(?m)^  (\d+) ", help_on().split("Exit codes:")[1])
        self.assertGreater(len(described), 5)
        for code in described:
            self.assertRegex(codes, rf"(?m)^\.B {code}$")
        self.assertNotIn("@", manual.replace("@system", ""))

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_the_manual_is_sound(self):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", self.path("share/man/man1/floorwalker.1")],
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def complete(self, *words):
        script = self.path("share/bash-completion/completions/floorwalker")
        asked = " ".join(f"'{word}'" for word in words)
        done = subprocess.run(
            ["bash", "-c", f"source '{script}'; COMP_WORDS=({asked}); COMP_CWORD={len(words) - 1}; _floorwalker; "
             r'printf "%s\n" "${COMPREPLY[@]}"'], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        return set(done.stdout.split())

    def test_completion_offers_what_the_help_names(self):
        self.assertEqual(self.complete("floorwalker", ""), set(COMMANDS))
        self.assertEqual(self.complete("floorwalker", "w"), {"watch"})
        for topic in TOPICS:
            if topic == ["token"]:
                continue
            offered = {each.rstrip("=") for each in self.complete("floorwalker", *topic, "--")}
            self.assertEqual(offered, options_of(*topic), topic)
        offered = set().union(*({each.rstrip("=") for each in self.complete("floorwalker", "token", each, "--")}
                                for each in ("new", "list", "revoke")))
        self.assertEqual(offered, options_of("token"))

    def test_completion_of_values(self):
        self.assertEqual(self.complete("floorwalker", "token", "new", "--role", "=", "a"),
                         {"auditor", "administrator"})
        self.assertEqual(self.complete("floorwalker", "token", "new", "--role=v"), {"viewer"})
        self.assertEqual(self.complete("floorwalker", "audit", "ver"), {"verify"})
        self.assertIn(self.root + "/usr", self.complete("floorwalker", "audit", "verify", self.root + "/"))

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_the_unit_is_sound(self):
        unit = os.path.join(self.root, "floorwalker.service")
        text = self.text("lib/systemd/system/floorwalker.service")
        self.assertNotRegex(text, "@[A-Z_]+@")
        # Where it is to be installed, no program stands yet.
        with open(unit, "w") as file:
            file.write(re.sub(r"ExecStart=\S+", "ExecStart=" + PROGRAM, text))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
        ours = [line for line in done.stderr.splitlines() if "floorwalker" in line]
        self.assertEqual((ours, done.returncode), ([], 0), done.stderr)


if __name__ == "__main__":
    PROGRAM, CMAKE, BUILD = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=2)
