-- question: A choice by role: owners need 20,000, co-owners a district with wages over 9,000
-- filter: if role = owner then last(credit).balance >= 20k else average_salary > 9000
-- 筛选: 若 角色 = 户主 则 最近（入账）.余额 >= 2万 否则 平均工资 > 9千
-- yes: 1424
-- no: 674
-- unknown: 3271
-- sum of ids: 4808639
SELECT p.id, CASE WHEN role = 'owner' THEN (SELECT balance FROM paid_in m WHERE m.id = p.id ORDER BY day DESC, number DESC LIMIT 1) >= 2000000 ELSE salary > 9000 END AS answer FROM person p;
