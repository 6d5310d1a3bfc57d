-- satisfaction_model: the index model of satisfaction fitted to the whole responses of the period. One row.
--
-- The default of $index_model is the American index (Fornell et al. 1996) with the questions of a survey
-- after a purchase. The national indices ask several questions of each construct; their
-- models differ by a parameter and not by a query.
select pls_path(items, $index_model, 0, 100, metric => $index_metric, weight => weight) as model
from index_response
