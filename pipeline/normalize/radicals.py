"""CJK radicals that text layers of PDF files print instead of the characters, and that NFKC leaves alone."""

from __future__ import annotations

# Block `CJK Radicals Supplement` (U+2E80) only; `Kangxi Radicals` (U+2F00) are unified by NFKC. Radical, character.
_PAIRS = """
    ⺁厂 ⺇几 ⺌小 ⺎兀 ⺏尣 ⺒巳 ⺓幺 ⺛旡 ⺝月 ⺟母
    ⺠民 ⺢水 ⺥爪 ⺧牛 ⺩王 ⺬示 ⺮竹 ⺯糸 ⺰纟 ⺱网
    ⺶羊 ⺷羊 ⺸羊 ⺻聿 ⺼肉 ⺽臼 ⻁虎 ⻂衤 ⻃覀 ⻄西
    ⻅见 ⻆角 ⻇角 ⻈讠 ⻉贝 ⻊足 ⻋车 ⻌辶 ⻍辶 ⻎辶
    ⻏阝 ⻐钅 ⻑長 ⻒镸 ⻓长 ⻔门 ⻖阝 ⻗雨 ⻘青 ⻙韦
    ⻚页 ⻛风 ⻜飞 ⻝食 ⻞食 ⻟飠 ⻠饣 ⻡首 ⻢马 ⻣骨
    ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯
    ⻮齿 ⻯竜 ⻰龙 ⻱龟 ⻲亀 ⻳龟
"""
RADICALS = {pair[0]: pair[1] for pair in _PAIRS.split()}
