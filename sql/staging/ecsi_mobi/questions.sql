-- questions: the questionnaire of the European Customer Satisfaction Index, in words of our own. All marks are
-- from 1 to 10, and high is good.
select
    column1 as question_id,
    column2 as construct,
    column3 as facet,
    column4 as wording,
    cast(1 as double) as scale_min,
    cast(10 as double) as scale_max,
    'positive' as direction
from (
    values
        ('IMAG1', 'image', 'trust', 'Can the provider be trusted in what it says and does?'),
        ('IMAG2', 'image', 'stability', 'Is it stable and firmly established?'),
        ('IMAG3', 'image', 'society', 'Does it contribute to society?'),
        ('IMAG4', 'image', 'care', 'Does it care about its customers?'),
        ('IMAG5', 'image', 'innovation', 'Is it innovative and forward looking?'),
        ('CUEX1', 'expectation', 'overall', 'What quality was expected overall?'),
        ('CUEX2', 'expectation', 'fit', 'How well was it expected to meet personal needs?'),
        ('CUEX3', 'expectation', 'failures', 'How seldom were things expected to go wrong?'),
        ('PERQ1', 'quality', 'overall', 'How good is the quality overall?'),
        ('PERQ2', 'quality', 'network', 'How good is the network?'),
        ('PERQ3', 'quality', 'service', 'How good are service and advice?'),
        ('PERQ4', 'quality', 'offers', 'How good are the services offered?'),
        ('PERQ5', 'quality', 'range', 'How good is the range of products and services?'),
        ('PERQ6', 'quality', 'reliability', 'How reliable and accurate is what is offered?'),
        ('PERQ7', 'quality', 'information', 'How clear is the information given?'),
        ('PERV1', 'value', 'price for quality', 'How good is the price for the quality?'),
        ('PERV2', 'value', 'quality for price', 'How good is the quality for the price?'),
        ('CUSA1', 'satisfaction', 'overall', 'How satisfied overall?'),
        ('CUSA2', 'satisfaction', 'expectations', 'How far are expectations fulfilled?'),
        ('CUSA3', 'satisfaction', 'ideal', 'How close is the provider to an ideal one?'),
        ('CUSCO', 'complaint', 'handling', 'How well was the last complaint handled or would one be?'),
        ('CUSL1', 'loyalty', 'repurchase', 'How likely is the same provider to be chosen again?'),
        ('CUSL2', 'loyalty', 'price', 'How much cheaper would another have to be for a switch?'),
        ('CUSL3', 'loyalty', 'recommendation', 'How likely is a recommendation to a friend?')
)
