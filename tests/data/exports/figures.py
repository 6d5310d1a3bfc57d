"""Counts what the exports hold, row by row and without any query, for the tests to hold published tables against.

Of sales: orders with lines, those completed, their revenue, customers, those who bought. Of surveys: answers, their
sum, customers. Run it in its folder: python3 figures.py.
"""

import csv
import json
from decimal import Decimal

CENT = Decimal("0.01")


def rows(path, delimiter=",", quoting=csv.QUOTE_MINIMAL, skip=0):
    with open(path, encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file, delimiter=delimiter, quoting=quoting))
    return found[skip:]


def sales(title, orders):
    """Orders are (number, customer or None, whether completed, amount)."""
    done = [order for order in orders if order[2]]
    print(title, len({order[0] for order in orders}), len({order[0] for order in done}),
          sum((order[3] for order in done), Decimal(0)).quantize(CENT),
          len({order[1] for order in orders} - {None}), len({order[1] for order in done} - {None}))


def shopify():
    orders = {}
    for row in rows("shopify_orders/orders_export_1.csv"):
        order = orders.setdefault(row["Name"], {})
        for name, value in row.items():
            if value:
                order.setdefault(name, value)
    found = []
    for name, order in orders.items():
        left = Decimal(order["Subtotal"]) - Decimal(order.get("Refunded Amount", "0"))
        done = "Cancelled at" not in order and order["Financial Status"] != "refunded"
        email = order.get("Email")
        found.append((name, email and email.lower(), done, max(left, Decimal(0))))
    sales("shopify_orders", found)


def woocommerce():
    sales("woocommerce_orders", [
        (row["Order #"], row["Customer"].lower(), row["Status"] in ("completed", "processing"), Decimal(row["Net Sales"]))
        for row in rows("woocommerce_orders/wc-orders-report-export.csv")])


def magento():
    sales("magento_orders", [
        (row["ID"], row["Customer Email"].lower(), row["Status"] in ("complete", "processing"),
         Decimal(row["Subtotal"]) - Decimal(row["Total Refunded"] or "0"))
        for row in rows("magento_orders/export.csv")])


def amazon():
    found = [
        (row["amazon-order-id"], None, row["order-status"] == "Shipped",
         Decimal(row["item-price"] or "0") - Decimal(row["item-promotion-discount"] or "0"))
        for row in rows("amazon_orders/all_orders.txt", "\t", csv.QUOTE_NONE) if row["quantity"] != "0"]
    sales("amazon_orders", found)


def stripe():
    def payment(row):
        left = Decimal(row["Amount"].replace(",", "")) - Decimal(row["Amount Refunded"])
        return row["id"], row["Customer ID"] or row["Customer Email"], row["Status"] == "Paid", left

    sales("stripe_payments", [payment(row) for row in rows("stripe_payments/unified_payments.csv")])

    def charge(row):
        left = Decimal(row["amount"] - row["amount_refunded"]) / (1 if row["currency"] == "jpy" else 100)
        who = row["customer"] or row["billing_details"]["email"]
        return row["id"], who, row["paid"] and not row["refunded"], left

    with open("stripe_charges/charges.json", encoding="utf-8") as file:
        sales("stripe_charges", [charge(row) for row in json.load(file)["data"]])


def olist():
    people = {row["customer_id"]: row["customer_unique_id"] for row in rows("olist/olist_customers_dataset.csv")}
    orders = {row["order_id"]: row for row in rows("olist/olist_orders_dataset.csv")}
    found = []
    for row in rows("olist/olist_order_items_dataset.csv"):
        order = orders[row["order_id"]]
        done = order["order_status"] not in ("canceled", "unavailable")
        found.append((row["order_id"], people[order["customer_id"]], done, Decimal(row["price"])))
    sales("olist", found)
    reviews = rows("olist/olist_order_reviews_dataset.csv")
    answers("olist", [(people[orders[row["order_id"]]["customer_id"]], [row["review_score"]]) for row in reviews])


def answers(title, found):
    """Questionnaires are (customer, scores)."""
    scores = [int(score) for _, scores in found for score in scores if score != ""]
    print(title, "answers", len(scores), sum(scores), len({who for who, _ in found}))


def surveys():
    answers("qualtrics", [(row["RecipientEmail"], [row["Q1"], row["Q2"]])
                          for row in rows("qualtrics/survey.csv", skip=2) if row["Status"] == "0"])
    for title, path, email, skip in [
            ("surveymonkey", "surveymonkey/responses.csv", "Email Address", 1),
            ("typeform", "typeform/responses.csv", "email", 0),
            ("google_forms", "google_forms/Feedback (Responses) - Form Responses 1.csv", "Email Address", 0)]:
        found = rows(path, skip=skip)
        asked = [name for name in found[0] if "recommend" in name or "satisfied" in name]
        answers(title, [(row[email], [row[name] for name in asked]) for row in found])


def zendesk():
    with open("zendesk_tickets/tickets.json", encoding="utf-8") as file:
        tickets = json.load(file)["tickets"]
    complaints = [it for it in tickets if it["type"] in ("problem", "incident")]
    rated = [it for it in tickets if it["satisfaction_rating"]["score"] in ("good", "bad")]
    good = sum(it["satisfaction_rating"]["score"] == "good" for it in rated)
    print("zendesk_tickets", len(complaints), len(rated), good, len({it["requester_id"] for it in tickets}))


def contacts():
    print("hubspot_contacts", len({row["Email"] or row["Record ID"] for row in rows(
        "hubspot_contacts/hubspot-crm-exports-all-contacts.csv")}))
    print("klaviyo_profiles", len({row["Email"].lower() for row in rows("klaviyo_profiles/export.csv")}))


for count in (shopify, woocommerce, magento, amazon, stripe, olist, surveys, zendesk, contacts):
    count()
