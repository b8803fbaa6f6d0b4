-- question: Months of the year in their order, for graduates alone
-- report: report r where education = tertiary per month { n: count  agreed: share(customer where subscribed) * 0 + count(customer where subscribed)  calls: sum(customer.calls) }
-- row: jan|462|44|785
-- row: feb|869|191|2078
-- row: mar|219|125|458
-- row: apr|827|232|1619
-- row: may|2946|268|7246
-- row: jun|1318|210|4029
-- row: jul|1856|180|6426
-- row: aug|2718|316|11015
-- row: sep|235|118|414
-- row: oct|287|123|455
-- row: nov|1488|155|2917
-- row: dec|76|34|141
SELECT month, count(*), sum(subscribed), sum(calls) FROM person WHERE education = 'tertiary' GROUP BY month
ORDER BY instr('jan feb mar apr may jun jul aug sep oct nov dec', month);
