"""The results of script tests as JUnit's XML, which every CI server reads: a suite a script, a case a call."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from ccswitch.cli.times import clean
from ccswitch.ivr.trial import Report


def to_junit(reports: Iterable[Report]) -> bytes:
    """One document; too little coverage is a failed case of its own."""
    suites = Xml.Element("testsuites")
    for report in reports:
        cases = [(tried.trial.name, tried.wrong) for tried in report.tried]
        cases.append(("coverage", report.too_little))
        failures = sum(bool(wrong) for _, wrong in cases)
        suite = Xml.SubElement(
            suites, "testsuite", name=report.trials.script, tests=str(len(cases)), failures=str(failures)
        )
        for name, wrong in cases:
            case = Xml.SubElement(suite, "testcase", classname=report.trials.script, name=clean(name))
            if wrong:
                failure = Xml.SubElement(case, "failure", message=clean(wrong[0]))
                failure.text = "\n".join(clean(line) for line in wrong)
    return bytes(Xml.tostring(suites, encoding="utf-8", xml_declaration=True))
