"""A budget is divided, a resident is confirmed and votes, two clerks enter a polling table, an observer recounts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import Site
from tests.support.walk import Walk, walking

BUDGET = "区の情報を届ける取組に使う600万円を、どの案に使いますか"
RANKING = "計画の案を説明する場を、まちのどこからひらいてほしいですか"
IN_ROOMS = "公園の名前を、どれにしますか"
CONFIRMED = "紙の区報を、月に何回受け取りたいですか"
#: The number that somebody brings to the counter.
NUMBER = re.compile(r"[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}")
RECEIPT = re.compile(r"[2-9a-z]{4}(?:-[2-9a-z]{4}){6}")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("has_script", "who"), [(True, "kumin"), (False, "dantai")], ids=["with script", "without script"]
)
def test_a_resident_divides_a_budget_keeps_the_receipt_and_changes_the_ballot(
    browser: Browser, site: Site, has_script: bool, who: str
) -> None:
    with walking(browser, site, java_script_enabled=has_script) as voter:
        voter.log_in(who)
        voter.open("/votes")
        voter.follow(BUDGET)
        voter.choose("駅前に大きな画面を置く")
        voter.choose("紙の区報の文字を大きくする")
        if has_script:
            voter.reads("いまの合計 6,200,000円（200,000円こえています）")
        voter.press("内容を確かめる")
        voter.reads("選んだ案の費用の合計（6,200,000）が6,000,000をこえています。")
        expect(voter.tab.get_by_label("駅前に大きな画面を置く")).to_be_checked()
        voter.tab.get_by_label("駅前に大きな画面を置く").uncheck()
        voter.press("内容を確かめる")
        voter.reads("選んだ案の費用の合計：2,400,000円（予算6,000,000円）")
        voter.press("この内容で投票する")
        receipt = _receipt(voter)
        voter.follow("投票のページへもどる")
        voter.reads("秘密の票なので、何を選んだかは、ここにも残っていません。")
        voter.follow("控えの番号で票を変える")
        voter.fill("控えの番号", receipt)
        voter.choose("説明会を家から見られるようにする")
        voter.press("内容を確かめる")
        voter.press("この票に変える")
        assert voter.heading == "票を変えました"
        assert _receipt(voter) == receipt


@pytest.mark.browser
def test_a_resident_is_confirmed_at_the_counter_and_votes_among_the_confirmed(
    browser: Browser, site: Site
) -> None:
    with walking(browser, site) as voter, walking(browser, site) as counter:
        voter.log_in("dantai")
        voter.open("/votes")
        voter.follow(CONFIRMED)
        voter.reads("区内に住んでいることを区が確認した人です")
        voter.follow("登録の内容を開く")
        voter.press("窓口で確認を受ける番号を作る")
        number = NUMBER.search(voter.tab.locator("main").inner_text())
        assert number
        counter.log_in("kakunin")
        counter.open("/desk/")
        counter.follow("整える")
        counter.follow("区民の確認")
        counter.does_not_read("はるさめ")
        counter.fill("確認を受ける番号", number[0])
        counter.choose("区内に住んでいる")
        counter.fill("区の台帳の、その人の番号", "1204-37")
        counter.press("記録する")
        counter.reads("記録しました。")
        counter.does_not_read("はるさめ")
        voter.open("/votes")
        voter.follow(CONFIRMED)
        voter.choose("月1回にまとめる")
        voter.press("内容を確かめる")
        voter.press("この内容で投票する")
        _receipt(voter)
        voter.follow("投票のページへもどる")
        voter.reads("秘密の票なので、何を選んだかは、ここにも残っていません。")


@pytest.mark.browser
def test_two_clerks_enter_a_polling_table_and_the_result_is_settled(browser: Browser, site: Site) -> None:
    with walking(browser, site) as one, walking(browser, site) as other:
        one.log_in("henshu")
        other.log_in("tanto")
        _makes_a_vote(one)
        one.follow("会場の票")
        one.fill("会場", "緑が丘住区センター")
        one.choose("会場の紙の票")
        one.fill("会場で数えた数", "6")
        one.press("この束の入力を始める")
        batch = one.tab.url
        one.fill("票", "1 x3\n2 x2\n無効")
        one.press("入力を保存する")
        other.open(batch)
        other.does_not_read("1 x3")
        other.fill("票", "1 x2\n2 x3\n無効")
        other.press("入力を保存する")
        other.reads("2人の入力が合わないところ")
        other.fill("票", "無効\n2 x2\n1 x3")
        other.press("入力を保存する")
        other.reads("2人の入力が合ったので、票に加えました。")
        one.open("/desk/votes")
        one.follow(IN_ROOMS)
        one.press("いま締め切る")
        one.follow("会場の票")
        one.press("結果を確定する")
        one.open("/votes")
        one.follow(IN_ROOMS)
        one.reads("会場の紙の票", "けやき広場")


@pytest.mark.browser
def test_an_observer_recounts_a_vote_without_the_site(browser: Browser, site: Site, tmp_path: Path) -> None:
    with walking(browser, site) as observer:
        observer.open("/votes")
        observer.follow(RANKING)
        observer.reads("図書館")
        observer.follow("投票を確かめる")
        observer.reads("防げないこと")
        observer.fill("控えの番号", "bbbb-bbbb-bbbb-bbbb-bbbb-bbbb-bbbb")
        observer.press("一覧を調べる")
        observer.reads("この番号の控えは、一覧にありません")
        program, record = tmp_path / "verify.py", tmp_path / "record.json"
        for path, words in ((program, "確かめるプログラム"), (record, "この投票の記録")):
            with observer.tab.expect_download() as coming:
                observer.tab.get_by_role("link", name=words).first.click()
            coming.value.save_as(path)
        head = observer.tab.locator("#heads td[data-type=long]").last.inner_text()
    said = _run(program, record, "--head", head)
    assert "すべて合っています。" in said.stdout
    assert "「図書館」" in said.stdout
    record.write_text(
        record.read_text(encoding="utf-8").replace('"ballot": "o1>', '"ballot": "o2>', 1), "utf-8"
    )
    assert _run(program, record).returncode == 1


def _receipt(voter: Walk) -> str:
    found = RECEIPT.search(voter.tab.locator("main").inner_text())
    assert found
    return found[0]


def _makes_a_vote(clerk: Walk) -> None:
    clerk.open("/desk/votes")
    clerk.follow("新しい参考投票")
    clerk.fill("問い", IN_ROOMS)
    clerk.choose("一つだけ選ぶ")
    clerk.fill("選択肢", "けやき広場\nひだまり公園")
    clerk.choose("会場でも投票する")
    clerk.choose("締め切るまで、職員を含めてだれにも見せない")
    clerk.press("保存する")
    clerk.follow("投票用紙の見本")
    clerk.reads("けやき広場")
    clerk.follow(IN_ROOMS)
    clerk.press("公開する")


def _run(program: Path, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    """Run the program as anybody would: another folder, nothing of ours to import."""
    command = [sys.executable, "-I", str(program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=program.parent, check=False)
