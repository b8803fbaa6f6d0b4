-- question: Balances by the outcome of the last campaign
-- report: report r per earlier { n: count  mean: avg(customer.balance)  middle: median(balance)  spread: round(stddev(number(balance)), 3)  high: cut(balance, 95%) }
-- row: failure|4901|1465.8055|549|2688.83|6150
-- row: other|1840|1487.4114|570|3352.316|5877.95
-- row: success|1511|1939.3011|920|3725.976|7005
-- row: -|36959|1318.722|414|3039.387|5641
SELECT earlier, count(*), money_mean(balance), median(balance / 100.0), round(stddev(balance / 100.0), 3), cut(balance, 0.95) / 100 FROM person
GROUP BY earlier ORDER BY earlier IS NULL, CASE earlier WHEN 'failure' THEN 1 WHEN 'other' THEN 2 ELSE 3 END;
