"""A script that speaks, for the tests of what is said."""

from __future__ import annotations

SPEAKING = """\
languages: [zh, en]
steps:
  pick_up: {answer: , then: welcome}
  welcome:
    say: {zh: 您好, en: Welcome}
    then: choice
  choice:
    menu:
      - say: {zh: 中文请按一, en: "For English press {{ 1 + 1 }}"}
      - {prompt: menu/keys, say: {zh: 请选择}}
      - beep.wav
    keys: {1: chinese, 2: english}
    wrong_input: {play: {say: {zh: 没有这个选项, en: No such choice}}}
    otherwise: end
  chinese: {set: {language: zh}, then: amount}
  english: {set: {language: en}, then: amount}
  amount:
    collect: {say: {zh: 请输入金额, en: Enter an amount}}
    digits: 1-6
    into: amount
    then: told
    otherwise: end
  told:
    say:
      - {zh: "您的余额是", en: "Your balance is"}
      - {money: "{{ amount }}", currency: CNY}
      - {number: "{{ queue.sales.waiting }}"}
      - {date: "2026-11-22", weekday: yes}
      - {phone: "{{ caller }}", language: zh}
      - {prompt: goodbye}
    then: end
"""
