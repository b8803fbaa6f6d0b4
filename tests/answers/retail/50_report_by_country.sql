-- question: The five countries that brought most
-- report: report r over purchase per country { buyers: distinct(customer)  invoices: distinct(purchase.invoice)  revenue: sum(purchase.amount)  order by revenue desc  top 5 }
-- 报表: 报表 r 针对 购买 每个 国家 { buyers：去重数（客户） invoices：去重数（购买.发票） revenue：合计（购买.金额） 排序 revenue 降序 前 5 }
-- row: United Kingdom|1513|3061|1296507.54
-- row: Netherlands|4|13|58407.55
-- row: Germany|41|80|41733.03
-- row: EIRE|3|31|40844.59
-- row: France|38|71|35872.39
SELECT p.country, count(DISTINCT b.id), count(DISTINCT invoice), sum(pence) / 100.0 FROM bought b JOIN person p ON p.id = b.id
GROUP BY p.country ORDER BY sum(pence) DESC LIMIT 5;
