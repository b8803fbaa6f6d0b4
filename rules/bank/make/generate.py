#!/usr/bin/env python3
"""Writes the synthetic layer of the demo bank beside the real files of the folder above.

Run as `python3 rules/bank/make/generate.py`. The same bytes come out each time: one seed, one
generator of random numbers (only `random()` of Python's Mersenne twister is used), gzip without
a time stamp. Nothing here is about a real person; `../README.md` says what is real.
"""

import csv
import datetime as dt
import gzip
import io
import math
import pathlib
import random

FOLDER = pathlib.Path(__file__).resolve().parent.parent
FIRST = dt.date(1994, 3, 31)   # the day after the real transactions end
LAST = dt.date(1998, 12, 31)   # the demo's today
SEED = 19981231

WOMEN = "Jana Marie Eva Hana Anna Lenka Kateřina Lucie Věra Alena Petra Veronika Jaroslava Tereza Martina Michaela Jitka Helena Ludmila Zdeňka Ivana Monika Eliška Zuzana Markéta Jarmila Barbora Jiřina Marcela Kristýna".split()
MEN = "Jiří Jan Petr Josef Pavel Martin Tomáš Jaroslav Miroslav Zdeněk Václav Michal František Jakub Milan Karel Lukáš David Vladimír Ladislav Ondřej Roman Stanislav Marek Radek Daniel Antonín Vojtěch Filip Adam".split()
FAMILY = "Novák Svoboda Novotný Dvořák Černý Procházka Kučera Veselý Horák Němec Pokorný Marek Pospíšil Hájek Jelínek Král Růžička Beneš Fiala Sedláček Doležal Zeman Kolář Krejčí Navrátil Čermák Urban Vaněk Blažek Kříž Kovář Bartoš Vlček Polák Musil Kopecký Šimek Konečný Malý Holub Čech Štěpánek Staněk Kadlec Dostál Soukup Šťastný Mareš Moravec Sýkora Tichý Valenta Vávra Matoušek Bláha Říha Ševčík Bureš Hruška Mašek".split()
STREETS = "Dlouhá Nádražní Husova Komenského Palackého Zahradní Školní Polní Lipová Krátká Masarykova Sadová Lesní Tyršova Jiráskova Nerudova Žižkova Smetanova Riegrova Havlíčkova".split()
OCCUPATIONS = ["civil servant", "teacher", "engineer", "nurse", "driver", "farmer", "shopkeeper", "clerk", "miner", "doctor", "lawyer", "student", "craftsman"]
TOPICS = ["fees", "queue", "card", "online_bank", "loan", "staff"]
COMPLAINTS = {
    "fees": ["收费没有提前告知", "The monthly fee was raised without a letter", "同一笔转账收了两次手续费", "I was charged twice for one transfer"],
    "queue": ["柜台排队超过一小时", "Waited over an hour at the counter", "周一只开一个窗口", "Only one window open on Monday morning"],
    "card": ["银行卡被吞，三天没人处理", "My card was swallowed and nobody answered for three days", "刷卡重复扣款", "The card was debited twice in the shop"],
    "online_bank": ["网银经常登录不上", "The online bank logs me out all the time", "转账页面一直报错", "The transfer page shows an error again and again"],
    "loan": ["贷款审批拖了两个月", "The loan took two months to be approved", "提前还款算错利息", "Interest was reckoned wrongly when I paid early"],
    "staff": ["客户经理态度冷淡", "The adviser was rude", "承诺回电没有回", "They promised to call back and did not"],
}
PRAISE = ["办理很快，谢谢", "Quick and friendly, thank you", "客户经理讲得很清楚", "The adviser explained everything", "网点环境好", "A pleasant branch", "手机渠道方便", "Very handy on the road"]
BLAME = ["等太久了", "Far too slow", "说法前后不一", "I was told two different things", "手续太复杂", "Too much paper", "不会再来", "I shall not come again"]
MIDDLE = ["一般", "It was all right", "还可以", "Could be better", "办成了，但要跑两次", "Done, but I had to come twice"]
PAGES = ["home", "account", "transfer", "loan", "card", "fund", "mortgage", "insurance", "help"]
MANAGERS = ["Beneš", "Dostálová", "Fialová", "Horák", "Jelínková", "Kolář", "Marešová", "Němec", "Pokorná", "Růžička", "Soukup", "Vávrová"]


def read(name):
    with gzip.open(FOLDER / f"{name}.asc.gz", "rt", encoding="ascii", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def write(name, header, rows):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    with open(FOLDER / f"{name}.csv.gz", "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=9, mtime=0) as file:
            file.write(text.getvalue().encode("utf-8"))
    return len(rows)


def day(yymmdd):
    return dt.date(1900 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:6]))


class Chance(random.Random):
    """Choices made of `random()` alone, whose sequence is promised between versions of Python."""

    def below(self, n):
        return int(self.random() * n)

    def of(self, items):
        return items[self.below(len(items))]

    def normal(self):
        total = 0.0
        for _ in range(12):
            total += self.random()
        return total - 6.0

    def count(self, mean):
        """Poisson by Knuth's product."""
        bound, product, n = math.exp(-mean), self.random(), 0
        while product > bound:
            product *= self.random()
            n += 1
        return n


def month_start(date):
    return date.replace(day=1)


def next_month(date):
    return dt.date(date.year + date.month // 12, date.month % 12 + 1, 1)


def on(month, number):
    last = (next_month(month) - dt.timedelta(days=1)).day
    return month.replace(day=min(number, last))


class Owner:
    """How one household lives: what drives every table about it, so that the tables agree."""

    def __init__(self, chance, account, client, loan, balance):
        self.account, self.client, self.loan, self.balance = account, client, loan, balance
        draw = chance.random()
        self.habit = (
            "steady" if draw < 0.46 else "growing" if draw < 0.62 else "declining" if draw < 0.76
            else "dormant" if draw < 0.84 else "complaining" if draw < 0.92 else "thrifty")
        self.turn = FIRST + dt.timedelta(days=1300 + chance.below(400))   # when the habit shows
        self.age = (LAST - client["birth"]).days // 365
        self.pensioner = client["birth"] < dt.date(1936, 1, 1)
        self.salary = 0
        if not self.pensioner and chance.random() < 0.62:
            self.salary = 100 * int(60 + 45 * math.exp(0.55 * chance.normal()))
        self.pension = 10 * (320 + chance.below(250)) if self.pensioner else 0
        self.cash_in = 100 * (30 + chance.below(220))
        self.pay_day = 3 + chance.below(20)
        # Some salaries stop: an employer lost, an account moved elsewhere.
        self.salary_until = LAST if chance.random() < 0.85 else FIRST + dt.timedelta(days=chance.below(1735))
        self.digital = chance.random() * (1.4 if self.age < 40 else 0.7)
        self.manager = chance.of(MANAGERS)

    def pace(self, date):
        """How busy the household is, 1 = as ever."""
        months = (date - self.turn).days / 30.0
        if months <= 0:
            return 1.0
        if self.habit == "growing":
            return min(1.0 + 0.06 * months, 1.8)
        if self.habit == "declining":
            return max(1.0 - 0.10 * months, 0.06)
        if self.habit == "dormant":
            return 0.0
        if self.habit == "complaining":
            return max(1.0 - 0.25 * months, 0.0)
        return 1.0


def people(chance, clients, accounts_of):
    rows = []
    for client in clients:
        woman = client["woman"]
        family = chance.of(FAMILY)
        if woman:
            family = family[:-1] + "á" if family.endswith("ý") else family if family.endswith("í") else (
                family[:-1] + "ová" if family.endswith("a") else family + "ová")
        given = chance.of(WOMEN if woman else MEN)
        ident = client["client_id"]
        rows.append([
            ident, f"{given} {family}", f"{chance.of(STREETS)} {1 + chance.below(140)}, {client['town']}",
            f"client{ident}@example.com" if chance.random() < 0.82 else "",
            f"+420 555 {int(ident) // 1000:03d} {int(ident) % 1000:03d}" if chance.random() < 0.9 else "",
            ["yes", "no", ""][0 if (draw := chance.random()) < 0.68 else 1 if draw < 0.9 else 2],
            "yes" if chance.random() < 0.03 else "no",
            chance.of(OCCUPATIONS) if chance.random() < 0.88 else "",
            accounts_of[ident].manager if ident in accounts_of else "",
        ])
    return rows


def month_of(chance, owner, month, orders, cards, add):
    pace = owner.pace(month)
    if owner.salary and month <= owner.salary_until:
        add(on(month, owner.pay_day), "C", "B", "salary", owner.salary)
    elif owner.pension:
        add(on(month, owner.pay_day), "C", "B", "pension", owner.pension)
    for _ in range(chance.count(0.35 * pace if owner.salary or owner.pension else 1.1 * pace)):
        add(on(month, 1 + chance.below(28)), "C", "C", "", 100 * max(1, int(owner.cash_in / 100 * (0.3 + chance.random()))))
    for order in orders:
        if pace == 0.0 and order["purpose"] != "loan_payment":
            continue
        if order["purpose"] == "loan_payment":
            loan = owner.loan
            if not loan or not loan["date"] <= month <= loan["end"]:
                continue
            # A loan that went bad was left unpaid towards its end or towards today.
            if loan["status"] in "BD" and month > min(loan["end"], LAST) - dt.timedelta(days=200) and chance.random() < 0.6:
                add(on(month, 28), "D", "O", "penalty", 10 + 10 * chance.below(6))
                continue
        add(on(month, order["day"]), "D", "O", order["purpose"], order["amount"])
    for _ in range(chance.count(1.25 * pace)):
        wish = 100 * int(max(1, owner.balance / 400 * (0.2 + chance.random())))
        add(on(month, 1 + chance.below(28)), "D", "C", "", min(wish, 30000))
    if cards and cards[0] <= month:
        for _ in range(chance.count(0.8 * pace)):
            add(on(month, 1 + chance.below(28)), "D", "K", "", 100 * (1 + chance.below(60)))
    if month.month % 3 == 0:
        add(on(month, 31), "C", "I", "interest_credited", max(1, round(owner.balance * 0.011)))


def transactions(chance, owners, orders_of, cards_of):
    rows = []
    number = 5_000_000
    for owner in owners:
        found = []
        month = month_start(max(FIRST, owner.account["date"]))
        while month <= LAST:
            wanted = []
            month_of(chance, owner, month, orders_of.get(owner.account["account_id"], []),
                     cards_of.get(owner.account["account_id"], []),
                     lambda date, side, way, purpose, amount: wanted.append((date, side, way, purpose, amount)))
            wanted.sort(key=lambda item: item[0])
            for date, side, way, purpose, amount in wanted:
                if not max(FIRST, owner.account["date"]) <= date <= LAST:
                    continue
                if side == "D" and owner.balance - amount < 200 and purpose != "penalty":
                    continue
                owner.balance += amount if side == "C" else -amount
                found.append((date, side, way, purpose, amount, owner.balance))
            month = next_month(month)
        for date, side, way, purpose, amount, balance in found:
            number += 1
            rows.append([owner.account["account_id"], date.strftime("%y%m%d"), side, way, purpose, amount, balance])
    return rows


def visits(chance, owners):
    logins, views = [], []
    for owner in owners:
        begin = max(dt.date(1997, 1, 1), owner.account["date"])
        date = begin
        mean_days = 6.0 / (0.05 + owner.digital)
        while True:
            pace = max(owner.pace(date), 0.02)
            date += dt.timedelta(days=1 + int(-math.log(1.0 - chance.random()) * mean_days / pace))
            if date >= LAST:
                break
            second = 25200 + chance.below(54000)
            at = f"{date:%y%m%d}{second // 3600:02d}{second % 3600 // 60:02d}"
            channel = "mobile" if chance.random() < min(0.9, owner.digital) else "web"
            logins.append([owner.client["client_id"], at, channel[0]])
            interest = "fund" if owner.balance > 60000 else "loan" if owner.balance < 15000 else "account"
            for _ in range(chance.count(0.7)):
                views.append([owner.client["client_id"], at, channel[0], interest if chance.random() < 0.3 else chance.of(PAGES)])
    return logins, views


def words(chance, owners):
    complaints, feedback = [], []
    for owner in owners:
        if owner.habit == "complaining":
            for _ in range(1 + chance.below(3)):
                date = owner.turn - dt.timedelta(days=chance.below(60))
                if owner.account["date"] < date <= LAST:
                    topic = chance.of(TOPICS)
                    complaints.append([owner.client["client_id"], date.strftime("%y%m%d"), topic, chance.of(COMPLAINTS[topic])])
        elif chance.random() < 0.16:
            date = FIRST + dt.timedelta(days=chance.below((LAST - FIRST).days))
            if owner.account["date"] < date:
                topic = chance.of(TOPICS)
                complaints.append([owner.client["client_id"], date.strftime("%y%m%d"), topic, chance.of(COMPLAINTS[topic])])
        for _ in range(chance.count(1.6)):
            date = dt.date(1997, 1, 1) + dt.timedelta(days=chance.below(729))
            if date <= owner.account["date"]:
                continue
            base = 4.1 if owner.habit in ("steady", "growing", "thrifty") else 3.4 if date < owner.turn else 2.2
            # Branches differ, so that the report by branch has something to show.
            base += ((int(owner.account["district_id"]) * 37) % 11 - 5) * 0.09
            stars = max(1, min(5, round(base + 0.9 * chance.normal())))
            note = chance.of(PRAISE if stars >= 4 else MIDDLE if stars == 3 else BLAME) if chance.random() < 0.6 else ""
            feedback.append([owner.client["client_id"], date.strftime("%y%m%d"), stars, chance.of(["branch", "phone", "mobile", "web"]), note])
    return complaints, feedback


CAMPAIGNS = [("spring_savings", dt.date(1997, 4, 7)), ("card_gold", dt.date(1997, 10, 6)), ("fund_start", dt.date(1998, 3, 2)), ("autumn_loan", dt.date(1998, 9, 14)), ("year_end_deposit", dt.date(1998, 12, 1))]


def answers(chance, owners):
    rows = []
    for name, date in CAMPAIGNS:
        for owner in owners:
            if owner.account["date"] >= date or chance.random() > 0.4:
                continue
            client = owner.client["client_id"]
            channel = chance.of(["mail", "mail", "phone", "branch"])
            rows.append([client, date.strftime("%y%m%d"), name, channel, "offered"])
            likely = 0.16 * owner.pace(date) + (0.1 if owner.balance > 60000 else 0.0)
            draw = chance.random()
            later = min(LAST, date + dt.timedelta(days=1 + chance.below(20)))
            if draw < likely:
                rows.append([client, later.strftime("%y%m%d"), name, channel, "accepted"])
            elif draw < likely + 0.2:
                rows.append([client, later.strftime("%y%m%d"), name, channel, "declined"])
    return rows


STAGES = [("lead", 0.78, 6), ("contacted", 0.62, 9), ("meeting", 0.55, 12), ("offer", 0.60, 34), ("contract", 1.0, 0)]


def opportunities(chance, owners):
    states, moves = [], []
    number = 0
    for owner in owners:
        for _ in range(chance.count(0.35 if owner.balance < 40000 else 0.9)):
            number += 1
            key = f"O{number:05d}"
            date = dt.date(1998, 1, 1) + dt.timedelta(days=chance.below(364))
            if date <= owner.account["date"]:
                continue
            product = chance.of(["mortgage", "fund", "gold_card", "insurance"])
            amount = 1000 * (20 + chance.below(600))
            state, since = None, None
            for stage, on_with, wait in STAGES:
                if date > LAST:
                    break
                state, since = stage, date
                moves.append([owner.client["client_id"], date.strftime("%y%m%d"), key, stage, product])
                if chance.random() > on_with:
                    if chance.random() < 0.6:
                        lost = date + dt.timedelta(days=5 + chance.below(30))
                        if lost <= LAST:
                            state, since = "lost", lost
                            moves.append([owner.client["client_id"], lost.strftime("%y%m%d"), key, "lost", product])
                    break
                date += dt.timedelta(days=1 + int(-math.log(1.0 - chance.random()) * wait))
            states.append([owner.client["client_id"], key, product, amount, state, since.strftime("%y%m%d")])
    return states, moves


def guarantors(chance, owners):
    by_town = {}
    for owner in owners:
        by_town.setdefault(owner.account["district_id"], []).append(owner)
    rows, seen = [], set()
    for owner in owners:
        wanted = 1 + chance.below(2) if owner.loan else 1 if chance.random() < 0.03 else 0
        for _ in range(wanted):
            other = chance.of(by_town[owner.account["district_id"]])
            pair = (owner.client["client_id"], other.client["client_id"])
            if other is not owner and pair not in seen:
                seen.add(pair)
                since = owner.loan["date"] if owner.loan else max(owner.account["date"], other.account["date"])
                rows.append([*pair, since.strftime("%y%m%d")])
    return rows


def main():
    chance = Chance(SEED)
    districts = {row["A1"]: row["A2"] for row in read("district")}
    clients = {}
    for row in read("client"):
        number = row["birth_number"]
        month = int(number[2:4])
        woman = month > 50
        birth = dt.date(1900 + int(number[:2]), month - 50 if woman else month, int(number[4:6]))
        clients[row["client_id"]] = {**row, "woman": woman, "birth": birth, "town": districts[row["district_id"]]}
    owner_of, holder = {}, {}
    for row in read("disp"):
        holder[row["disp_id"]] = row["account_id"]
        if row["type"] == "OWNER":
            owner_of[row["account_id"]] = row["client_id"]
    loans = {}
    for row in read("loan"):
        begin = day(row["date"])
        end = begin + dt.timedelta(days=int(30.4375 * int(row["duration"])))
        loans[row["account_id"]] = {**row, "date": begin, "end": end}
    orders_of = {}
    purposes = {"SIPO": "household", "UVER": "loan_payment", "POJISTNE": "insurance", "LEASING": "leasing"}
    for row in read("order"):
        orders_of.setdefault(row["account_id"], []).append({
            "amount": round(float(row["amount"])), "day": 1 + chance.below(27), "purpose": purposes.get(row["k_symbol"].strip(), "")})
    cards_of = {}
    for row in read("card"):
        cards_of.setdefault(holder[row["disp_id"]], []).append(day(row["issued"][:6]))
    balance = {}
    for row in read("trans_1993-01-01_1994-03-30"):
        balance[row["account_id"]] = round(float(row["balance"]))
    owners = []
    for row in read("account"):
        account = {**row, "date": day(row["date"])}
        client = clients[owner_of[row["account_id"]]]
        opening = balance.get(row["account_id"], 100 * (5 + chance.below(300)))
        owners.append(Owner(chance, account, client, loans.get(row["account_id"]), opening))
    owners.sort(key=lambda owner: int(owner.account["account_id"]))

    counts = {}
    rows = transactions(chance, owners, orders_of, cards_of)
    counts["transactions"] = write("synthetic_transactions", ["account", "date", "side", "way", "purpose", "amount", "balance"], rows)
    logins, views = visits(chance, owners)
    counts["logins"] = write("synthetic_logins", ["client", "at", "channel"], logins)
    counts["page_views"] = write("synthetic_page_views", ["client", "at", "channel", "page"], views)
    complaints, feedback = words(chance, owners)
    counts["complaints"] = write("synthetic_complaints", ["client", "date", "topic", "note"], complaints)
    counts["feedback"] = write("synthetic_feedback", ["client", "date", "stars", "channel", "note"], feedback)
    counts["answers"] = write("synthetic_campaign_answers", ["client", "date", "campaign", "channel", "answer"], answers(chance, owners))
    states, moves = opportunities(chance, owners)
    counts["opportunities"] = write("synthetic_opportunities", ["client", "opportunity", "product", "amount", "stage", "since"], states)
    counts["moves"] = write("synthetic_opportunity_moves", ["client", "date", "opportunity", "stage", "product"], moves)
    counts["guarantors"] = write("synthetic_guarantors", ["client", "guarantor", "date_since"], guarantors(chance, owners))
    accounts_of = {owner.client["client_id"]: owner for owner in owners}
    listed = sorted(clients.values(), key=lambda client: int(client["client_id"]))
    counts["people"] = write("synthetic_people", ["client", "name", "address", "mail", "phone", "consent", "do_not_contact", "occupation", "manager"], people(chance, listed, accounts_of))
    for name, count in counts.items():
        print(f"{count:>9,} {name}")


if __name__ == "__main__":
    main()
