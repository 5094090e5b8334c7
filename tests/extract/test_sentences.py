"""Figures out of running text: invented sentences with the figures that an analyst takes down."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.figure_rules import figure_rules
from pipeline.extract.roles import find_measure
from pipeline.extract.sentences import find_figures
from pipeline.lexicon import load_toml
from pipeline.normalize.text import narrow
from pipeline.records import Evidence, Figure

TEXT = Evidence(source="text")


def figures(text: str, *, year: int | None = 2022, heading: str | None = None) -> list[Figure]:
    return find_figures(text, year=year, evidence=TEXT, heading=heading)


def rows(text: str, heading: str | None = None) -> list[str]:
    """`item_raw item measure value unit` of each figure, `-` for no item code."""
    found = figures(text, heading=heading)
    values = ["" if figure.value is None else f"{figure.value.normalize():f}" for figure in found]
    pairs = zip(found, values, strict=True)
    return [f"{f.item_raw} {f.item or '-'} {f.measure} {value} {f.unit}" for f, value in pairs]


MONEY = [
    ("具体的资金使用情况为：设备购置费22万元；平台运行维护费15.5万元。",
     ["设备购置费 project_item executed 220000 CNY", "平台运行维护费 project_item executed 155000 CNY"]),
    ("办公费12万元；水费、电费28.6万元；物业费为5万元。",
     ["办公费 office amount 120000 CNY", "水费、电费 project_item amount 286000 CNY",
      "物业费 project_item amount 50000 CNY"]),
    ("全年基本支出412.35万元，其中人员经费356.2万元、公用经费56.15万元。",
     ["基本支出 basic_expenditure executed 4123500 CNY", "人员经费 personnel executed 3562000 CNY",
      "公用经费 public_funds executed 561500 CNY"]),
    ("2022年下达资金960万元，其中中央资金600万元、自治区资金260万元、县级配套100万元，当年支付912万元。",
     ["下达资金 total appropriation 9600000 CNY", "中央资金 central_transfer appropriation 6000000 CNY",
      "自治区资金 province_transfer appropriation 2600000 CNY", "县级配套 local_funds appropriation 1000000 CNY",
      "当年支付 total executed 9120000 CNY"]),
    ("湖区清淤专项计划128.5万元，实际支出120.36万元，支出进度93.67%。",
     ["湖区清淤专项 project_item budget 1285000 CNY", "湖区清淤专项 project_item executed 1203600 CNY",
      "湖区清淤专项支出进度 project_item rate 93.67 percent"]),
    ("市财政每年拨付80万元工作经费用于大厅日常管理。", ["工作经费 project_item appropriation 800000 CNY"]),
    ("2022年一般公共预算财政拨款收入1，004.12万元，年初财政拨款结转和结余36.5万元。",
     ["一般公共预算财政拨款收入 general_public_budget revenue 10041200 CNY",
      "年初财政拨款结转和结余 carryover amount 365000 CNY"]),
    ("年初预算数为1200万元，年中追加预算85万元，调整后预算数1285万元，全年支出1240万元。",
     ["年初预算数 total initial_budget 12000000 CNY", "年中追加预算 total budget 850000 CNY",
      "调整后预算数 total annual_budget 12850000 CNY", "全年支出 total executed 12400000 CNY"]),
    ("当年预算安排资金300万元，实际到位300万元，结转下年13.55万元。",
     ["当年预算安排资金 total budget 3000000 CNY", "实际到位 total appropriation 3000000 CNY",
      "结转下年 - balance 135500 CNY"]),
    ("未支付的56.2万元由财政收回。", ["未支付 - amount 562000 CNY"]),
    ("上年结转资金36万元，本年收入540万元，本年支出551万元。",
     ["结转资金 carryover amount 360000 CNY", "本年收入 - revenue 5400000 CNY", "本年支出 total executed 5510000 CNY"]),
    ("预计每年可为企业节约成本320余万元。", ["预计每年可为企业节约成本 - amount 3200000 CNY"]),
    ("聘用人员8名，每人每年工资4.8万元。",
     ["聘用人员 - count 8 名", "每人每年工资 project_item amount 48000 CNY"]),
    ("按每户300元补助有线电视收视费。", ["每户补助 project_item amount 300 CNY"]),
    ("安排资金三十七点二万元，拨付贰拾万元整。",
     ["安排资金 total budget 372000 CNY", "拨付 total appropriation 200000 CNY"]),
    ("共投入0.15亿元，新增授信3亿2000万元。", ["共投入 total amount 15000000 CNY", "新增授信 - amount 320000000 CNY"]),
    ("共拨付资金人民币壹佰贰拾万元整（1200000.00元）。", ["共拨付资金 total appropriation 1200000 CNY"]),
    ("全年三公经费支出为0。", ["三公经费支出 three_public executed 0 CNY"]),
    ("公务用车运维费和因公出国费为0。",
     ["公务用车运维费 vehicle_operation executed 0 CNY", "因公出国费 overseas executed 0 CNY"]),
    ("公务用车购置费、因公出国（境）费均为0万元。",
     ["公务用车购置费 vehicle_purchase amount 0 CNY", "因公出国（境）费 overseas amount 0 CNY"]),
    ("水费、电费分别为3.2万元和5.8万元。", ["水费 - amount 32000 CNY", "电费 - amount 58000 CNY"]),
    ("困难群众救助标准由每月600元提高到650元。", ["困难群众救助标准 - amount 650 CNY"]),
    ("机关食堂项目总投资5000万元。", ["机关食堂项目总投资 - amount 50000000 CNY"]),
    ("为985名残疾人发放生活补贴和护理补贴，共计141.84万元。",
     ["残疾人 - count 985 名", "生活补贴和护理补贴 project_item executed 1418400 CNY"]),
    ("共收到项目资金1,200万元（中央资金800万元，省级资金400万元），已支付1,150万元。",
     ["项目资金 total appropriation 12000000 CNY", "中央资金 central_transfer appropriation 8000000 CNY",
      "省级资金 province_transfer appropriation 4000000 CNY", "已支付 total executed 11500000 CNY"]),
    ("剩余资金43.3万元结转下年使用。", ["剩余资金 - balance 433000 CNY"]),
    ("收取税费2311万元，年租金6.8万元。", ["税费 - revenue 23110000 CNY", "年租金 - revenue 68000 CNY"]),
    ("渠道工程资金包括中央预算内投资、省级配套资金、县级配套资金三项，分别为620万元、180万元和90万元。",
     ["中央预算内投资 central_transfer budget 6200000 CNY", "省级配套资金 province_transfer appropriation 1800000 CNY",
      "县级配套资金 local_funds appropriation 900000 CNY"]),
    ("按每人每月380元的标准发放护林员补贴，全年发放45人20.52万元。",
     ["护林员补贴每人每月标准 - amount 380 CNY", "护林员补贴 - count 45 人",
      "护林员补贴 project_item executed 205200 CNY"]),
    ("县道每公里7000元，乡道每公里3500元。",
     ["县道每公里 - amount 7000 CNY", "乡道每公里 - amount 3500 CNY"]),
    ("①灌区改造补助应到位82万元，实际到位31万元；②管护补助应到位40万元，实际到位0万元。",
     ["灌区改造补助 project_item appropriation 820000 CNY", "灌区改造补助 project_item appropriation 310000 CNY",
      "管护补助 project_item appropriation 400000 CNY", "管护补助 project_item appropriation 0 CNY"]),
    ("省厅下达文化惠民补助资金64万元，其中40万元为中央补助资金。",
     ["文化惠民补助资金 project_item appropriation 640000 CNY",
      "中央补助资金 central_transfer appropriation 400000 CNY"]),
    ("收到《关于下达护林补助的通知》（山财资环〔2022〕17号）中央补助26万元。",
     ["中央补助 central_transfer appropriation 260000 CNY"]),
    ("2022年中央救灾资金下达我区91万元，已拨付至项目单位资金88万元。",
     ["中央救灾资金 project_item appropriation 910000 CNY",
      "中央救灾资金 project_item appropriation 880000 CNY"]),
    ("用于实施“东岭村灌溉渠改造项目”（64万元）和“西坡蓄水池新建工程”（35万元）。",
     ["东岭村灌溉渠改造项目 project_item amount 640000 CNY", "西坡蓄水池新建工程 project_item amount 350000 CNY"]),
    ("购置电锅炉一台6.8万元。", ["购置电锅炉 - amount 68000 CNY"]),
    ("确定生态补偿项目预算金额260万元，上缴资金额12.5万元。",
     ["生态补偿项目 project_item budget 2600000 CNY", "上缴资金额 - budget 125000 CNY"]),
    ("水源林建设安排1,950万元，支出1,803.2万元，支出率92.47%；森林防火安排858万元，支出726万元，支出率84.62%。",
     ["水源林建设 - budget 19500000 CNY", "水源林建设 - executed 18032000 CNY", "支出率 total rate 92.47 percent",
      "森林防火 - budget 8580000 CNY", "森林防火 - executed 7260000 CNY", "支出率 total rate 84.62 percent"]),
    ("公务接待费支出全年预算数为12万元，决算数为7.2万元。",
     ["公务接待费 reception annual_budget 120000 CNY", "公务接待费 reception final_account 72000 CNY"]),
    ("均按养护合同的约定足额拨付管护资金66.8万元。",
     ["管护资金 project_item appropriation 668000 CNY"]),
    ("全市共支付118.7万元，其中中央资金104.2万元、省级资金14.5万元。",
     ["共支付 total executed 1187000 CNY", "中央资金 central_transfer executed 1042000 CNY",
      "省级资金 province_transfer executed 145000 CNY"]),
    ("2022年初预算数为152.6万元，调整预算数291.4万元。",
     ["年初预算数 total initial_budget 1526000 CNY", "调整预算数 total annual_budget 2914000 CNY"]),
    ("年初预算安排120万元，年中调减至98万元，全年支出97.6万元。",
     ["年初预算安排 total initial_budget 1200000 CNY", "预算 total annual_budget 980000 CNY",
      "全年支出 total executed 976000 CNY"]),
    ("一般公共服务支出90万元，占60%；其他支出60万元，占40%。",
     ["一般公共服务支出 - executed 900000 CNY", "一般公共服务支出占 - rate 60 percent",
      "其他支出 other executed 600000 CNY", "其他支出占 - rate 40 percent"]),
    ("计划完成交通投资45亿元，实际完成46.2亿元。",
     ["交通投资 - budget 4500000000 CNY", "交通投资 - executed 4620000000 CNY"]),
    ("引进亿元以上项目9个，其中十亿元以上2个。",
     ["引进亿元以上项目 - count 9 个", "十亿元以上 - count 2 个"]),
]  # fmt: skip

CHANGES = [
    ("“三公”经费支出预算为15万元，支出决算为12.3万元，完成预算的82%，决算数较上年减少2.1万元，下降14.6%。",
     ["“三公”经费支出 three_public budget 150000 CNY", "“三公”经费支出 three_public final_account 123000 CNY",
      "“三公”经费支出完成预算 three_public rate 82 percent", "“三公”经费支出 three_public change -21000 CNY",
      "“三公”经费支出 three_public change_rate -14.6 percent"]),
    ("“三公”经费支出8.9万元，比年初预算12万元节约3.1万元。",
     ["“三公”经费支出 three_public executed 89000 CNY", "“三公”经费支出 three_public initial_budget 120000 CNY",
      "“三公”经费支出 three_public change -31000 CNY"]),
    ("公务接待费较2020年减少了1.8万元，降幅为45.2%。",
     ["公务接待费 reception change -18000 CNY", "公务接待费 reception change_rate -45.2 percent"]),
    ("机关运行经费支出88.6万元，比上年压减9.4万元，降低9.59%。",
     ["机关运行经费支出 - executed 886000 CNY", "机关运行经费支出 - change -94000 CNY",
      "机关运行经费支出 - change_rate -9.59 percent"]),
    ("接待游客18.6万人次，比上年增长12.5%。",
     ["接待游客 - count 186000 人次", "接待游客 - change_rate 12.5 percent"]),
    ("亩均节水75立方米，每亩成本下降28元。", ["亩均节水 - count 75 立方米", "每亩成本 - change -28 CNY"]),
    ("审批时限比法定时限压缩40%以上。", ["审批时限 - change_rate -40 percent"]),
    ("管网漏损率下降6个百分点。", ["管网漏损率 - change_rate -6 percent"]),
    ("较2021年减少支出30万元，压减一般性支出10%。",
     ["支出 total change -300000 CNY", "一般性支出 - change_rate -10 percent"]),
    ("一般公共预算收入完成38.6亿元，同比增长6.2%。",
     ["一般公共预算收入 general_public_budget revenue 3860000000 CNY",
      "一般公共预算收入 general_public_budget change_rate 6.2 percent"]),
    ("预算调整率为-5.3%，较年初预算减少-12万元。", ["预算调整率 - rate -5.3 percent", "预算调整率 - change  CNY"]),
    ("2022年同类专项预算压减15%。", ["同类专项 - change_rate -15 percent"]),
    ("采购与评审费比2021年增加3万元。", ["采购与评审费 project_item change 30000 CNY"]),
    ("村集体增收5.6万元。", ["村集体增收 - amount 56000 CNY"]),
    ("因公出国（境）费减少0.00元，下降0.00%。",
     ["因公出国（境）费 overseas change 0 CNY", "因公出国（境）费 overseas change_rate 0 percent"]),
    ("部门收入总计912万元；支出总计905万元，较上年增加36万元，增长4.14%。",
     ["部门收入 - revenue 9120000 CNY", "支出总计 total executed 9050000 CNY",
      "支出总计 total change 360000 CNY", "支出总计 total change_rate 4.14 percent"]),
    ("项目支出300万元，占40%，同比增长3.2%。",
     ["项目支出 project_expenditure executed 3000000 CNY", "项目支出占 - rate 40 percent",
      "项目支出 project_expenditure change_rate 3.2 percent"]),
    ("“三公”经费支出9.2万元，完成预算12万元的76.67%。",
     ["“三公”经费支出 three_public executed 92000 CNY", "“三公”经费支出 three_public budget 120000 CNY",
      "“三公”经费支出完成预算 three_public rate 76.67 percent"]),
    ("公务用车费26万元（购置费18万元，比上年增加0万元。），比上年增加2万元。",
     ["公务用车费 vehicles amount 260000 CNY", "购置费 project_item amount 180000 CNY",
      "购置费 project_item change 0 CNY",
      "公务用车费 vehicles change 20000 CNY"]),
]  # fmt: skip

COUNTS = [
    ("目前进驻中心的窗口单位有26个，共设立服务窗口82个。", ["窗口单位 - count 26 个", "服务窗口 - count 82 个"]),
    ("核定全额拨款事业编制24名，实有在编在岗人员22名。",
     ["全额拨款事业编制 staff_quota count 24 名", "实有在编在岗人员 staff_actual count 22 名"]),
    ("编制50人，实有人数48人，其中行政编制20人、事业编制30人。",
     ["编制 staff_quota count 50 人", "实有人数 staff_actual count 48 人", "行政编制 staff_quota count 20 人",
      "事业编制 staff_quota count 30 人"]),
    ("单位现有在职人员56人、退休人员18人。", ["在职人员 staff_actual count 56 人", "退休人员 - count 18 人"]),
    ("保障在职人员28人基本工资和津补贴按月发放。", ["在职人员 staff_actual count 28 人"]),
    ("在全镇安装35台评价器，全市846个依申请类事项接入平台。", ["评价器 - count 35 台", "依申请类事项 - count 846 个"]),
    ("由6个专业窗口受理全部登记业务。", ["专业窗口 - count 6 个"]),
    ("为96名特困老人购买意外保险。", ["特困老人 - count 96 名"]),
    ("全区18个街道、236个社区全部完成网格划分。", ["街道 - count 18 个", "社区 - count 236 个"]),
    ("铺设砂石路12公里，更换供水管网18.4公里。", ["铺设砂石路 - count 12 公里", "更换供水管网 - count 18.4 公里"]),
    ("建成冷库2座（每座占地450平方米）。", ["建成冷库 - count 2 座", "冷库每座占地 - count 450 平方米"]),
    ("配建管理用房一座（60平方米）。", ["配建管理用房 - count 60 平方米"]),
    ("新建高标准农田2.3万亩，受益农户4200户、1.6万人。",
     ["新建高标准农田 - count 23000 亩", "受益农户 - count 4200 户", "受益农户 - count 16000 人"]),
    ("发放问卷400份，回收388份。", ["问卷 - count 400 份", "回收问卷 - count 388 份"]),
    ("带动42人就业。", ["带动就业 - count 42 人"]),
    ("出动执法人员1200人次，检查企业860家次，查处违法案件45起。",
     ["出动执法人员 - count 1200 人次", "检查企业 - count 860 家次", "查处违法案件 - count 45 起"]),
    ("小程序注册人数13.4万余人，受理办件8.6万余件。",
     ["小程序注册人数 - count 134000 人", "受理办件 - count 86000 件"]),
    ("景区日最大接待能力由3000人次提高到4500人次。", ["景区日最大接待能力 - count 4500 人次"]),
    ("全年举办专场招聘会36场，提供就业岗位5400个。", ["举办专场招聘会 - count 36 场", "提供就业岗位 - count 5400 个"]),
    ("清运垃圾3600吨，整治黑臭水体6条。", ["清运垃圾 - count 3600 吨", "整治黑臭水体 - count 6 条"]),
    ("全年共接待国内公务团组30批次、280人次。",
     ["接待国内公务团组 - count 30 批次", "接待国内公务团组 - count 280 人次"]),
    ("采购办公设备15台（套）。", ["采购办公设备 - count 15 台（套）"]),
    ("走访企业128家，印制书籍300万字。", ["走访企业 - count 128 家", "印制书籍 - count 3000000 字"]),
    ("发放补贴1，004.12万元，惠及群众3，215人。", ["补贴 - executed 10041200 CNY", "惠及群众 - count 3215 人"]),
    ("接收进馆档案820卷、2480件，完成扫描12万页。",
     ["接收进馆档案 - count 820 卷", "接收进馆档案 - count 2480 件", "完成扫描 - count 120000 页"]),
    ("项目涉及经开区等4个区，50个项目中，有33个完成验收。",
     ["区 - count 4 个", "项目 - count 50 个", "项目 - count 33 个"]),
    ("新建农村公路目标120公里，实际建成127.3公里。",
     ["新建农村公路 - count 120 公里", "建成农村公路 - count 127.3 公里"]),
    ("人员编制126名，实有112名，年末公务用车保有12辆。",
     ["人员编制 staff_quota count 126 名", "实有 staff_actual count 112 名", "公务用车保有 - count 12 辆"]),
    ("涉及3个县（区）和15个直管县之间进行分配，改造楼栋38栋。",
     ["县 - count 3 个", "直管县 - count 15 个", "改造楼栋 - count 38 栋"]),
    ("核定后（山编发[2010]35号）事业编制29人。", ["事业编制 staff_quota count 29 人"]),
]  # fmt: skip

RATES = [
    ("按期办结率、群众满意率、数据准确率均达100%。",
     ["按期办结率 - rate 100 percent", "群众满意率 - rate 100 percent", "数据准确率 - rate 100 percent"]),
    ("验收合格率由92%提高到98.5%。", ["验收合格率 - rate 98.5 percent"]),
    ("差错率为零，投诉率为0。", ["差错率 - rate 0 percent", "投诉率 - rate 0 percent"]),
    ("年底仅完成计划工程量的65%。", ["完成计划工程量 - rate 65 percent"]),
    ("发放劳务报酬46.8万元，占中央资金的18.2%。",
     ["劳务报酬 - executed 468000 CNY", "劳务报酬占中央资金 - rate 18.2 percent"]),
    ("城镇登记失业率3.2%，应助尽助率达到百分之九十五。",
     ["城镇登记失业率 - rate 3.2 percent", "应助尽助率 - rate 95 percent"]),
    ("总体支付完成率为91.99%，在职人员控制率为96%。",
     ["总体支付完成率 total rate 91.99 percent", "在职人员控制率 staff_control_rate rate 96 percent"]),
    ("办件“好差评”中非常满意为99.9%。", ["非常满意 - rate 99.9 percent"]),
    ("公办园在园幼儿占比达到56.8%，药品使用金额占比为71%。",
     ["公办园在园幼儿占比 - rate 56.8 percent", "药品使用金额占比 - rate 71 percent"]),
    ("支付护林补助21万元，执行率30%；退耕还林补助未支付，执行率为0%。",
     ["护林补助 project_item executed 210000 CNY", "护林补助执行率 project_item rate 30 percent",
      "退耕还林补助执行率 project_item rate 0 percent"]),
    ("收到管护资金60万元，实际支出57万元，资金执行率95%。",
     ["管护资金 project_item appropriation 600000 CNY", "管护资金 project_item executed 570000 CNY",
      "管护资金执行率 project_item rate 95 percent"]),
    ("合格样品留存率应大于或等于90%。", ["合格样品留存率 - rate 90 percent"]),
    ("政务热线12345全年受理诉求18265件，按时办结率99.6%。",
     ["受理诉求 - count 18265 件", "按时办结率 - rate 99.6 percent"]),
]  # fmt: skip

NO_FIGURES = [
    "根据《关于开展2022年12项重点工作的通知》（某财绩〔2023〕12号）要求，我局于2023年3月15日至4月10日开展自评。",
    "评价等级分为四档：90（含）-100分为优、80（含）-90分为良、60分以下为差。",
    "指标权重统一设置为：产出指标50%、效益指标30%、满意度指标10%。",
    "预算执行率达到90%以上得满分，每降低5个百分点扣1分，扣完为止。",
    "执行率未达到80%的，应说明原因；对进度低于60%的项目收回资金。",
    "项目代码：51092324T000010263357，联系人电话：13800000000，邮编430000。",
    "第一季度、第二季度分别召开会议，第3批试点12月底前完成。",
    "坚持“1+3+5”模式，实行24小时不打烊、7×24小时值守，全年365天开放。",
    "2020-2022年，实施三年行动计划，建设期36个月，竣工结算滞后2个月。",
    "自评得分98分，其中产出指标得49分，满意度得10分。",
    "上午8:30至12:00办公，拨打12345热线，办理时限不超过2个工作日。",
    "增长率=（本年支出-上年支出）/上年支出×100%",
    "说明相关任务目标的完成情况（100字以内）。",
    "表3-2各项目支出情况，见附件1、附表2，DN200管道。",
    "教室冬季温度达到20℃，合格率在90%-95%之间，每组3-5人。",
    "裕河镇2021年10个重点项目绩效评价报告",
    "建成一站式服务大厅，落实三项制度，推进十大工程。",
    "评价得分92.5分，决策指标18分，占20%。",
    "补贴足额发放率 =100% 22.5",
    "培训人数 ≥200人 215人 10 10",
    "设备购置补助 120万元 118.5万元 98.75% 10 9.88",
    "数量指标\t巡查次数\t96 次\t98 次\t20\t20",
    "国省道每低于一个等级，每公里扣2000元。",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MONEY, ids=[text[:18] for text, _ in MONEY])
def test_amounts_of_money_are_taken_with_their_item_and_measure(text: str, expected: list[str]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(("text", "expected"), CHANGES, ids=[text[:18] for text, _ in CHANGES])
def test_changes_carry_the_sign_of_their_verb(text: str, expected: list[str]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(("text", "expected"), COUNTS, ids=[text[:18] for text, _ in COUNTS])
def test_counts_are_taken_with_what_is_counted(text: str, expected: list[str]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(("text", "expected"), RATES, ids=[text[:18] for text, _ in RATES])
def test_rates_are_taken_one_for_each_name(text: str, expected: list[str]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize("text", NO_FIGURES, ids=[text[:18] for text in NO_FIGURES])
def test_what_only_looks_like_a_figure_is_none(text: str) -> None:
    assert rows(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020年该专项支出95万元，2021年比上年减少12.6万元，下降13.26%。", [2020, 2021, 2021]),
        ("截至2021年12月31日，累计支付489万元。", [2021]),
        ("较2021年减少支出30万元。", [2022]),
        ("2021年、2022年分别安排预算120万元、135万元。", [2021, 2022]),
        ("上年支出420万元，本年支出450万元。", [2021, 2022]),
        ("上年结转资金36万元。", [2022]),
        ("2021年，各项任务全部完成。受理事项120件。", [2021]),
        ("2019年7月公开招聘，全年发放工资45万元。", [2022]),
        ("全年发放工资45万元。", [2022]),
        ("按2017年《服务规范》设15家卫生院。", [2022]),
        ("保费按1%执行至2024年12月31日，其中单位0.7%。", [2022, 2022]),
        ("与2020年获得的补助38万元相比增加14万元。", [2020, 2022]),
        ("经2020年县委第八次会议审定，下达资金30万元。", [2022]),
    ],
)
def test_a_figure_is_of_the_year_its_clause_names_else_of_the_report(text: str, expected: list[int]) -> None:
    assert [figure.fiscal_year for figure in figures(text)] == expected


@pytest.mark.parametrize(
    ("text", "heading", "expected"),
    [
        ("受理办件8.6万余件。", None, "approx"),
        ("走访农户近300户。", None, "approx"),
        ("培训农民约120人。", None, "approx"),
        ("接待游客8万人次以上。", None, "at_least"),
        ("占比超过30%。", None, "at_least"),
        ("失业率控制在4%以内。", None, "at_most"),
        ("投入不超过20万元。", None, "at_most"),
        ("力争新增就业1.2万人。", None, "target"),
        ("新增就业1.2万人。", "（二）项目绩效目标", "target"),
        ("新增就业1.2万人。", "绩效目标完成情况", None),
        ("节约资金3.5万元。", None, None),
    ],
)
def test_a_qualifier_says_how_exact_a_figure_is(text: str, heading: str | None, expected: str | None) -> None:
    assert [figure.qualifier for figure in figures(text, heading=heading)] == [expected]


def test_a_heading_names_what_a_clause_without_a_subject_speaks_of() -> None:
    text = "2022年决算数为93.1万元，较上年增加24.4万元，增长35.5%。"
    assert rows(text, heading="（一）基本支出情况") == [
        "基本支出 basic_expenditure final_account 931000 CNY",
        "基本支出 basic_expenditure change 244000 CNY",
        "基本支出 basic_expenditure change_rate 35.5 percent",
    ]


def test_a_heading_names_its_line_without_the_words_of_a_heading() -> None:
    assert rows("2022年决算数为93.1万元。", heading="（三）“三公”经费支出决算总体情况") == [
        "“三公”经费支出 three_public final_account 931000 CNY"
    ]


def test_number_and_unit_stay_as_written_beside_the_value() -> None:
    figure = figures("接待读者２１.３万人次。")[0]
    assert (figure.value, figure.unit) == (Decimal(213000), "人次")
    assert (figure.value_raw, figure.unit_raw) == ("２１.３", "万人次")
    assert figure.context == "接待读者２１.３万人次。"


def test_a_statement_made_twice_is_one_figure() -> None:
    assert len(figures("全年受理事项120件。全年受理事项120件。")) == 1


def test_a_target_and_an_outcome_of_the_same_value_are_two_figures() -> None:
    found = figures("验收合格率目标值100%，实际完成100%。")
    assert [(figure.item_raw, figure.qualifier) for figure in found] == [("验收合格率", "target"), ("验收合格率", None)]


def test_what_was_reached_is_no_target_though_it_was_planned() -> None:
    found = figures("计划改造危房58户，实际完成改造56户；北片预计12月完工；南片支付尾款45万元。")
    assert [(figure.value, figure.qualifier) for figure in found] == [(58, "target"), (56, None), (450000, None)]


def test_the_evidence_given_stands_at_each_figure() -> None:
    evidence = Evidence(page=3, source="text", confidence=0.9)
    found = find_figures("受理事项120件，投入20万元。", year=2022, evidence=evidence)
    assert [figure.evidence for figure in found] == [evidence, evidence]


MASKS = [(rule["name"], text) for rule in load_toml("figures.toml")["mask"] for text in rule["examples"]]
NOT_MASKS = [(rule["name"], text) for rule in load_toml("figures.toml")["mask"] for text in rule["rejects"]]
MEASURES = [(rule["code"], text) for rule in load_toml("figures.toml")["measure"] for text in rule["examples"]]
NOT_MEASURES = [(rule["pattern"], text) for rule in load_toml("figures.toml")["measure"] for text in rule["rejects"]]


@pytest.mark.parametrize(("name", "text"), MASKS)
def test_a_mask_covers_every_digit_of_its_examples(name: str, text: str) -> None:
    narrowed = narrow(text)
    mask = dict(figure_rules().masks)[name]
    covered = {at for match in mask.finditer(narrowed) for at in range(*match.span())}
    assert {match.start() for match in re.finditer(r"\d", narrowed)} <= covered and covered


@pytest.mark.parametrize(("name", "text"), NOT_MASKS)
def test_a_mask_leaves_its_rejects_alone(name: str, text: str) -> None:
    assert dict(figure_rules().masks)[name].search(narrow(text)) is None


@pytest.mark.parametrize(("code", "text"), MEASURES)
def test_a_measure_rule_gives_its_code_to_its_examples(code: str, text: str) -> None:
    assert find_measure(narrow(text)) == code


@pytest.mark.parametrize(("pattern", "text"), NOT_MEASURES)
def test_a_measure_rule_refuses_its_rejects(pattern: str, text: str) -> None:
    assert re.search(pattern, narrow(text)) is None


STATED_BEFORE = [
    ("1、收入：792.3万元。同比增加189.2万元，增长31.37%。",
     ["收入 - revenue 7923000 CNY", "收入 - change 1892000 CNY", "收入 - change_rate 31.37 percent"]),
    ("省级资金290万元（一般公共预算：270万元；彩票公益金：20万元）。",
     ["省级资金 province_transfer appropriation 2900000 CNY",
      "一般公共预算 general_public_budget appropriation 2700000 CNY", "彩票公益金 - appropriation 200000 CNY"]),
    ("年初预算4,850万元，其中：基本支出890万元，项目支出3,960万元。",
     ["年初预算 total initial_budget 48500000 CNY", "基本支出 basic_expenditure initial_budget 8900000 CNY",
      "项目支出 project_expenditure initial_budget 39600000 CNY"]),
    ("年初批复预算8个项目985万元。", ["项目 - count 8 个", "项目 total initial_budget 9850000 CNY"]),
    ("其中，公务接待费决算数2.1万元，完成预算的35%；公务用车运行维护费决算数36.54万元。",
     ["公务接待费 reception final_account 21000 CNY", "公务接待费完成预算 reception rate 35 percent",
      "公务用车运行维护费 vehicle_operation final_account 365400 CNY"]),
    ("一般公共预算收入111.11万元，为年初预算的116.9%，比上年增长9.0%。",
     ["一般公共预算收入 general_public_budget revenue 1111100 CNY", "一般公共预算收入为年初预算 - rate 116.9 percent",
      "一般公共预算收入 general_public_budget change_rate 9 percent"]),
    ("全年抽检16641批次，比2020年的11183批次增加5458批次，检出不合格食品347批次，不合格率2.09%。",
     ["抽检 - count 16641 批次", "抽检 - count 11183 批次", "抽检 - change 5458 批次",
      "检出不合格食品 - count 347 批次", "不合格率 - rate 2.09 percent"]),
    ("受理案件6840件，审执结6635件，同比分别上升5.2%和6.1%。",
     ["受理案件 - count 6840 件", "审执结 - count 6635 件", "受理案件 - change_rate 5.2 percent",
      "审执结 - change_rate 6.1 percent"]),
    ("办理援助案件128件（其中民事102件、刑事26件），同比上升8.5%。",
     ["办理援助案件 - count 128 件", "民事 - count 102 件", "刑事 - count 26 件",
      "办理援助案件 - change_rate 8.5 percent"]),
    ("安排8个整治项目，目前12个完工，得分率92.5%。", ["整治项目 - count 8 个", "整治项目 - count 12 个"]),
    ("“三公”经费支出31.4万元，其中公务接待费6.21万元，上年为7.05万元，减少0.84万元。",
     ["“三公”经费支出 three_public executed 314000 CNY", "公务接待费 reception executed 62100 CNY",
      "公务接待费 reception executed 70500 CNY", "公务接待费 reception change -8400 CNY"]),
    ("本年支出25.1万元，较2021年的26.4万元减少1.3万元。",
     ["本年支出 total executed 251000 CNY", "本年支出 total executed 264000 CNY", "本年支出 total change -13000 CNY"]),
    ("公务接待费支出比2021年的3.2万元下降0.5万元。",
     ["公务接待费 reception executed 32000 CNY", "公务接待费 reception change -5000 CNY"]),
    ("覆盖12个乡镇86个村。", ["乡镇 - count 12 个", "村 - count 86 个"]),
    ("衔接资金3800万元，县级配套420万元。截至年底，累计支出4100万元。",
     ["衔接资金 project_item amount 38000000 CNY", "县级配套 local_funds appropriation 4200000 CNY",
      "衔接资金 project_item executed 41000000 CNY"]),
    ("人均纯收入由2021年的1352元增加到2022年的1498元。", ["人均纯收入 - amount 1498 CNY"]),
    ("收入总计865万元，支出总计852万元。",
     ["收入总计 total revenue 8650000 CNY", "支出总计 total executed 8520000 CNY"]),
    ("实际支付172万元，剩余12万元为质保金。", ["实际支付 total executed 1720000 CNY", "剩余 total amount 120000 CNY"]),
    ("公用经费412万元，项目支出157万元，2021年为256万元。",
     ["公用经费 public_funds amount 4120000 CNY", "项目支出 project_expenditure executed 1570000 CNY",
      "项目支出 project_expenditure executed 2560000 CNY"]),
    ("全年支出88万元，其中疫苗采购58万元、宣传30万元，预算执行率94%。",
     ["全年支出 total executed 880000 CNY", "疫苗采购 - executed 580000 CNY", "宣传 - executed 300000 CNY",
      "预算执行率 total rate 94 percent"]),
    ("培训资金支出48万元，宣传资金支出18万元，总体执行率94%。",
     ["培训资金 project_item executed 480000 CNY", "宣传资金 project_item executed 180000 CNY",
      "总体执行率 total rate 94 percent"]),
    ("在岗人员1208人，比年初的1263人减少55人。",
     ["在岗人员 staff_actual count 1208 人", "在岗人员 - change -55 人"]),
    ("大班额比例降至0.5%。", ["大班额比例 - rate 0.5 percent"]),
    ("“三公”经费预算8万元，实际支出4.3万元，控制率53.75%。",
     ["“三公”经费 three_public budget 80000 CNY", "“三公”经费 three_public executed 43000 CNY",
      "“三公”经费控制率 three_public rate 53.75 percent"]),
    ("编制25人，在职人员23人，控制率92%。",
     ["编制 staff_quota count 25 人", "在职人员 staff_actual count 23 人",
      "控制率 staff_control_rate rate 92 percent"]),
    ("下达资金分别为52万元、18万元和9万元。",
     ["下达资金 - appropriation 520000 CNY", "下达资金 - appropriation 180000 CNY",
      "下达资金 - appropriation 90000 CNY"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), STATED_BEFORE)
def test_a_number_is_of_what_was_said_before_it(text: str, expected: list[str]) -> None:
    assert rows(text) == expected


YEARS = [
    ("实际支出31.5万元，比上年的35万元减少3.5万元。", [2022, 2021, 2022]),
    ("实施项目15个（含2020年结转项目5个），安排资金985万元。", [2022, 2020, 2022]),
    ("根据关于2020年资金筹措事项的通知，安排资金93万元。", [2022]),
    ("满意率92.7%，较2019年的89.5%提高3.2个百分点。", [2022, 2019, 2022]),
    ("培训费较上年26万元减少1万元。", [2021, 2022]),
    ("机械化清扫率由2021年的81%提高至88.5%。", [2022]),
    ("会议费较2019年的26万元减少1万元。", [2019, 2022]),
    ("公务接待费9万元，2021年为11万元；公务用车费8万元，上年为7万元。", [2022, 2021, 2022, 2021]),
    ("2021 年 12 月 5 日 支出 12.5 万元", [2021]),
    ("为自1963年有观测记录以来最少的一年，受灾面积21公顷。", [2022]),
]


@pytest.mark.parametrize(("text", "expected"), YEARS)
def test_a_year_holds_for_the_numbers_it_is_said_of(text: str, expected: list[int]) -> None:
    assert [figure.fiscal_year for figure in figures(text)] == expected


def test_an_amount_behind_its_share_is_of_what_the_share_is_of() -> None:
    assert rows("总保费1300万元，中央财政补贴45%为585万元，省级财政补贴30%为390万元。") == [
        "总保费 project_item amount 13000000 CNY",
        "中央财政补贴 - rate 45 percent",
        "中央财政补贴 central_transfer amount 5850000 CNY",
        "省级财政补贴 - rate 30 percent",
        "省级财政补贴 province_transfer amount 3900000 CNY",
    ]


def test_a_subsidy_among_what_was_spent_was_spent() -> None:
    text = "基本支出100万元，其中：工资福利支出60万元，商品和服务支出30万元，对个人和家庭的补助10万元。"
    assert [figure.measure.value for figure in figures(text)] == ["executed"] * 4


def test_the_sum_of_an_allocation_is_a_budget() -> None:
    (one,) = figures("县财政划给县司法局法律顾问经费，指标金额是110万元。")
    assert (one.measure.value, one.value) == ("budget", 1100000)


def test_the_number_of_a_list_that_touches_a_count_is_no_part_of_it() -> None:
    assert rows("5.18个村建成水窖。") == []
    assert [figure.value for figure in figures("办理时间缩短，满意率提高2.5个百分点。")] == [Decimal("2.5")]


@given(st.decimals(min_value=0, max_value=10**7, places=2))
def test_an_amount_is_exact_whatever_its_digits(amount: Decimal) -> None:
    assert [figure.value for figure in figures(f"全年支出{amount:,f}万元。")] == [amount * 10000]


@given(st.text(alphabet="全年支出收入办理事项个万元%，。（）、：；2021年为较上年增加由到率占的0.5", max_size=60))
def test_any_text_is_read_without_failing_and_with_sentences_of_its_own(text: str) -> None:
    assert all(figure.context and figure.context in text.replace("\n", "") for figure in figures(text))
