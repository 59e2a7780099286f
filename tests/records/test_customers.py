"""Who has which number, and customers from a file."""

from __future__ import annotations

from ccswitch.records import customers
from ccswitch.records.customer_file import AT_ONCE, Imported, import_customers, rejected_text
from ccswitch.records.customers import Customer
from ccswitch.records.store import Store

NOW = 1_000_000.0
FILE = """\
name,phones,keys,level,language,tags
Li Wei,13800138000; +86 21 6234 5678,A-1,gold,zh,vip;late
Wang Fang,13800138000,A-2,,,
Ann,+442079460958,,silver,en-GB,
"""


def taken(store: Store, text: str = FILE, **more: object) -> Imported:
    return import_customers(store, text, region="CN", now=NOW, **more)  # type: ignore[arg-type]


def named(store: Store, name: str) -> Customer:
    (found,) = customers.find(store, name, "CN")
    return found


def test_a_file_is_taken_and_can_be_taken_again(store: Store) -> None:
    first, again = taken(store), taken(store)
    assert (first.added, first.changed, first.rejected) == (3, 0, [])
    assert (again.added, again.changed, again.rejected) == (0, 3, [])
    li = named(store, "li wei")
    assert (li.phones, li.keys, li.tags) == (("+8613800138000", "+862162345678"), ("A-1",), ("late", "vip"))
    assert (li.level, li.language) == ("gold", "zh")


def test_an_empty_cell_says_nothing_and_lists_grow(store: Store) -> None:
    taken(store)
    taken(store, "name,keys,phones,level,tags\nLi Weiwei,A-1,13900139000,,new\n")
    li = named(store, "Weiwei")
    assert (li.level, len(li.phones), li.tags) == ("gold", 3, ("late", "new", "vip"))


def test_every_wrong_line_is_told_and_the_others_are_taken(store: Store) -> None:
    text = (
        FILE
        + ",13700137000,,,,\nBad,notanumber;12,,,deutsch,a b\n\nToo,1,,,,,many\nLi,,A-1;A-2,,,\nEve,13500135000,,,,\n"
    )
    done = taken(store, text)
    assert (done.added, [one.line for one in done.rejected]) == (4, [5, 6, 8, 9])
    assert done.rejected[0].why == ("there is no name",)
    assert done.rejected[1].why == (
        "'deutsch' is no language: write zh or en-GB",
        "'notanumber' is no phone number",
        "'12' is no phone number",
        "'a b' is no tag: letters, digits, _ . : -, at most 64",
    )
    assert "7 cells, but 6 columns" in done.rejected[2].why
    assert done.rejected[3].why == ("keys A-1, A-2 are of 2 customers",)
    # And nothing is lost: what was refused can be written, mended and taken
    lines = rejected_text(done).splitlines()
    assert lines[0] == "name,phones,keys,level,language,tags,line,why" and lines[1].startswith(
        ",13700137000,,,,,5,there is"
    )


def test_a_dry_run_keeps_nothing(store: Store) -> None:
    done = taken(store, dry=True)
    assert (done.added, customers.find(store, "Li", "CN")) == (3, [])


def test_a_header_that_is_wrong_takes_nothing(store: Store) -> None:
    for text in ("", "Li Wei,13800138000\n", "name,nam\nx,y\n", "name,name\nx,y\n"):
        done = taken(store, text)
        assert done.added == 0 and [one.line for one in done.rejected] == [1]


def test_many_lines_go_in_several_transactions(store: Store) -> None:
    lines = "".join(f"C{n},,K{n},,,\n" for n in range(2 * AT_ONCE + 1))
    assert taken(store, "name,phones,keys,level,language,tags\n" + lines).added == 2 * AT_ONCE + 1


def test_who_has_a_number_or_a_key(store: Store) -> None:
    taken(store)
    shared = customers.by_number(store, "138-0013-8000", "CN")
    assert (shared.among, shared.customer and shared.customer.name) == (2, "Li Wei")
    # When the other one is in contact, he goes first
    customers.in_contact(store, named(store, "Wang").id, NOW + 1)
    assert (customers.by_number(store, "+8613800138000", "GB").customer or named(store, "Ann")).name == "Wang Fang"
    assert (customers.by_key(store, "A-1").customer or named(store, "Ann")).name == "Li Wei"
    for nobody in (customers.by_number(store, "13700000000", "CN"), customers.by_number(store, "'; --", "CN")):
        assert nobody == (None, 0)
    assert customers.by_key(store, "") == customers.by_key(store, "A-3") == (None, 0)


def test_customers_are_found_by_what_is_known_of_them(store: Store) -> None:
    taken(store)
    for wanted in ("Ann", "nn", "+44 20 7946 0958"):
        assert [one.name for one in customers.find(store, wanted, "CN")] == ["Ann"]
    assert [one.name for one in customers.find(store, "A-2", "CN")] == ["Wang Fang"]
    assert customers.find(store, "%", "CN") == []


def test_tags_are_given_and_taken_away(store: Store) -> None:
    taken(store)
    li = named(store, "Li Wei")
    changed = customers.tag(store, li.id, ["new", "vip"], ["late", "never"], NOW)
    assert changed is not None and changed.tags == ("new", "vip")
    assert customers.get(store, li.id) == changed
    assert customers.tag(store, 999_999, ["x"], [], NOW) is None and customers.get(store, 999_999) is None


def test_a_quote_that_is_never_closed_costs_its_own_line_alone(store: Store) -> None:
    # Given a file with a stray quote, and a cell that no file of customers has
    text = 'name,level\n"Li Wei,gold\nAnn,silver\n"' + "x" * 200_000 + '",gold\n"Chen, Bo",gold\n'
    # When it is taken
    imported = taken(store, text)
    # Then the other lines are, and of these two it is told which they are
    assert imported.added == 2 and named(store, "Chen, Bo").level == "gold"
    assert [(one.line, one.why[0].partition(":")[0]) for one in imported.rejected] == [
        (2, "its quotes or its length are wrong"),
        (4, "its quotes or its length are wrong"),
    ]
    # And so where the first line is wrong
    assert taken(store, 'name,"phones\nAnn,1\n').rejected[0].line == 1
