//! Every kind of question, in the language of Tamis and as SQL. The SQL gives how many customers and
//! the sum of their numbers; it is written the way that DuckDB answers fastest.

/// One question.
pub struct Question {
    pub name: &'static str,
    pub filter: &'static str,
    pub sql: &'static str,
    /// Whether rank tables are built for it: each run builds them anew.
    pub ranked: bool,
}

const fn plain(name: &'static str, filter: &'static str, sql: &'static str) -> Question {
    Question {
        name,
        filter,
        sql,
        ranked: false,
    }
}

/// In the order of the table; `{today}` stands for the date.
pub const QUESTIONS: &[Question] = &[
    plain("one attribute equals", r#"city = "C17""#, "select count(*), sum(id) from customer where city = 'C17'"),
    plain(
        "five attributes",
        "gender = female and age between 30 and 45 and assets >= 50k and agrees and opened_on < 2022-01-01",
        "select count(*), sum(id) from customer where gender = 'female' and age between 30 and 45 and assets >= 50000
         and agrees and opened_on < DATE '2022-01-01'",
    ),
    plain(
        "set, range, tag",
        r#"city in ("C1", "C2", "C3", "C5", "C8", "C13", "C21", "C34", "C55", "C89") and assets between 20k and 200k and tags contains "t3""#,
        "select count(*), sum(id) from customer where city in ('C1','C2','C3','C5','C8','C13','C21','C34','C55','C89')
         and assets between 20000 and 200000 and list_contains(tags, 't3')",
    ),
    plain(
        "count in 90 days >= 3",
        "count(purchase, last 90 days) >= 3",
        "select count(*), sum(customer) from (select customer from purchase where ts >= {today} - 89
         group by customer having count(*) >= 3)",
    ),
    plain(
        "sum in 365 days, none of another type",
        "sum(purchase.amount, last 365 days) > 1000 and none(complaint, last 365 days)",
        "select count(*), sum(customer) from (select customer from purchase where ts >= {today} - 364
         group by customer having sum(amount) > 1000) p
         where not exists (select 1 from complaint c where c.customer = p.customer and c.ts >= {today} - 364)",
    ),
    plain(
        "days since the last event",
        "days since last(login).at > 30",
        "select count(*), sum(customer) from (select customer from login group by customer
         having max(ts) < {today} - 30)",
    ),
    plain(
        "distinct products in a year",
        "distinct(purchase.product, last 365 days) >= 6",
        "select count(*), sum(customer) from (select customer from purchase where ts >= {today} - 364
         group by customer having count(distinct product) >= 6)",
    ),
    plain(
        "B within 7 days after A absent",
        "followed(deposit, no transfer within 7 days)",
        "select count(*), sum(customer) from (select distinct d.customer from deposit d
         asof left join transfer t on d.customer = t.customer and d.ts < t.ts
         where d.ts < {today} - 7 and (t.ts is null or t.ts >= d.ts::DATE + 8))",
    ),
    plain(
        "first event after opening",
        "first(purchase, since opened_on).amount >= 150",
        "select count(*), sum(customer) from (select p.customer, arg_min(p.amount, p.ts) as first
         from purchase p join customer c on c.id = p.customer where p.ts >= c.opened_on group by p.customer)
         where first >= 150",
    ),
    plain(
        "window against the window before",
        "sum(purchase.amount, last 90 days) > 2 * sum(purchase.amount, previous 90 days)",
        "select count(*), sum(customer) from (select customer from purchase where ts >= {today} - 179 group by customer
         having coalesce(sum(amount) filter (where ts >= {today} - 89), 0)
         > 2 * coalesce(sum(amount) filter (where ts < {today} - 89), 0))",
    ),
    Question {
        name: "RFM quintiles",
        filter: "(6 - quintile(recency)) + quintile(frequency) + quintile(monetary) >= 13",
        sql: "with m as (select c.id, date_diff('day', p.last::DATE, {today}) as r, coalesce(p.f, 0) as f, coalesce(p.m, 0) as m
           from customer c left join (select customer, max(ts) as last, count(*) filter (where ts >= {today} - 364) as f,
           sum(amount) filter (where ts >= {today} - 364) as m from purchase group by customer) p on p.customer = c.id),
         q as (select id,
           case when r is not null then 1 + (5 * (rank() over (order by r nulls last) - 1)) // count(r) over () end as r,
           1 + (5 * (rank() over (order by f) - 1)) // count(*) over () as f,
           1 + (5 * (rank() over (order by m) - 1)) // count(*) over () as m from m)
         select count(*), sum(id) from q where (6 - r) + f + m >= 13",
        ranked: true,
    },
    Question {
        name: "weighted sum of four ranks, top 1 %",
        filter: "top 1% by 0.4 * percentile(monetary) + 0.3 * percentile(frequency) + 0.2 * percentile(assets) + 0.1 * percentile(count(login, last 365 days))",
        sql: "with m as (select c.id, c.assets, coalesce(p.f, 0) as f, coalesce(p.m, 0) as m, coalesce(l.n, 0) as n
           from customer c left join (select customer, count(*) as f, sum(amount) as m from purchase
           where ts >= {today} - 364 group by customer) p on p.customer = c.id
           left join (select customer, count(*) as n from login where ts >= {today} - 364 group by customer) l on l.customer = c.id),
         q as (select id, 0.4::DOUBLE * percent_rank() over (order by m) + 0.3::DOUBLE * percent_rank() over (order by f)
           + 0.2::DOUBLE * percent_rank() over (order by assets) + 0.1::DOUBLE * percent_rank() over (order by n) as x from m)
         select count(*), sum(id) from (select id, rank() over (order by x desc) as place, count(*) over () as n from q)
         where place <= ceil(n / 100)",
        ranked: true,
    },
    plain(
        "relation, one step",
        "any guarantor (assets > 200k and agrees)",
        "select count(*), sum(source) from (select distinct g.source from guarantor g join customer c on c.id = g.target
         where c.assets > 200000 and c.agrees)",
    ),
    plain(
        "relation, two steps",
        "any referrer within 2 steps (vip)",
        "select count(*), sum(id) from customer where id in (
           select r.source from referrer r join customer c on c.id = r.target where c.vip
           union all select a.source from referrer a join referrer b on a.target = b.source
           join customer c on c.id = b.target where c.vip and b.target <> a.source)",
    ),
    plain(
        "five exclusive classes",
        "lifecycle = steady",
        "select count(*), sum(id) from (select c.id, case
           when coalesce(p.year, 0) = 0 and coalesce(l.year, 0) = 0 then 1
           when coalesce(p.recent, 0) = 0 and coalesce(l.recent, 0) = 0 then 2
           when 2 * coalesce(p.now, 0) < coalesce(p.before, 0) then 3
           when coalesce(l.month, 0) >= 2 then 4 else 5 end as class
           from customer c left join (select customer, count(*) as year, count(*) filter (where ts >= {today} - 89) as recent,
           sum(amount) filter (where ts >= {today} - 89) as now,
           sum(amount) filter (where ts >= {today} - 179 and ts < {today} - 89) as before
           from purchase where ts >= {today} - 364 group by customer) p on p.customer = c.id
           left join (select customer, count(*) as year, count(*) filter (where ts >= {today} - 89) as recent,
           count(*) filter (where ts >= {today} - 29) as month from login where ts >= {today} - 364 group by customer) l
           on l.customer = c.id) where class = 5",
    ),
    plain(
        "points over four event types",
        "points >= 40",
        "select count(*), sum(id) from (select c.id,
           case when coalesce(p.n, 0) = 0 then 0 when p.n < 5 then 10 else 25 end
           + case when coalesce(l.n, 0) = 0 then -10 when l.n < 4 then 5 else 20 end
           + case when coalesce(d.m, 0) < 50 then 0 when d.m < 400 then 10 else 30 end
           + case when coalesce(k.n, 0) = 0 then 0 else -20 end as points
           from customer c left join (select customer, count(*) as n from purchase where ts >= {today} - 89 group by customer) p on p.customer = c.id
           left join (select customer, count(*) as n from login where ts >= {today} - 89 group by customer) l on l.customer = c.id
           left join (select customer, sum(amount) as m from deposit where ts >= {today} - 89 group by customer) d on d.customer = c.id
           left join (select customer, count(*) as n from complaint where ts >= {today} - 89 group by customer) k on k.customer = c.id)
         where points >= 40",
    ),
    plain(
        "stored sets combined",
        "(vip or newsletter) and agrees and not blocked",
        "select count(*), sum(id) from customer where (vip or newsletter) and agrees and not blocked",
    ),
];
