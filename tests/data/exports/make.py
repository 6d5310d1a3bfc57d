"""Writes small synthetic exports, whose headers are those that the tools document. No person in them exists.

Run it in its folder: python3 make.py. The same program writes the same bytes.
"""

import csv
import json
import os
import random
from datetime import datetime, timedelta

PEOPLE = ["ada", "bo", "cem", "dia", "eli", "fay", "gus", "hal", "ida", "jon", "kim", "leo"]
GOODS = [("FERN-1", "Botanical Fern Print", "16.00"), ("TOTE-1", "Canvas Tote Bag", "20.00"),
         ("MUG-1", "Speckled Mug", "25.50"), ("NAP-4", "Linen Napkins", "7.35"), ("PEN-9", "Brass Pen", "9.99")]
START = datetime(2025, 1, 3, 9, 0, 0)


def write(path, header, rows, delimiter=",", before=()):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(before)
        for row in rows:
            writer.writerow([row.get(name, "") for name in header])


def orders(seed, count=30):
    """Orders of some people, each with its lines: who, when, what, how many, at which price."""
    chance = random.Random(seed)
    at = START
    for number in range(1, count + 1):
        at += timedelta(hours=chance.randint(20, 150), minutes=chance.randint(0, 59))
        lines = [(good, chance.randint(1, 3)) for good in chance.sample(GOODS, chance.randint(1, 3))]
        yield number, chance.choice(PEOPLE), at, lines, chance.random()


def money(cents):
    return f"{cents // 100}.{cents % 100:02d}"


def cents(text):
    return int(text.replace(".", ""))


def shopify():
    header = (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
        "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
        "Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,"
        "Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,"
        "Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,"
        "Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,"
        "Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,"
        "Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Phone,Receipt Number,Duties,"
        "Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,Payment References"
    ).split(",")
    rows = []
    for number, who, at, lines, luck in orders(1):
        gross = sum(cents(price) * count for (_, _, price), count in lines)
        discount = gross // 10 if luck < 0.3 else 0
        subtotal = gross - discount
        refunded = {True: subtotal + 600, False: 0}[luck > 0.93] or (500 if 0.8 < luck < 0.86 else 0)
        status = "refunded" if luck > 0.93 else "partially_refunded" if refunded else "paid"
        cancelled = at + timedelta(days=1) if 0.7 < luck < 0.75 else None
        stamp = at.strftime("%Y-%m-%d %H:%M:%S -0400")
        for place, ((sku, name, price), count) in enumerate(lines):
            row = {"Name": f"#{1000 + number}", "Email": "" if luck > 0.97 else f"{who.title()}@example.com",
                   "Created at": stamp, "Lineitem quantity": count, "Lineitem name": name, "Lineitem price": price,
                   "Lineitem sku": sku, "Lineitem requires shipping": "true", "Lineitem taxable": "true",
                   "Lineitem fulfillment status": "fulfilled", "Vendor": "Example Goods", "Lineitem discount": "0.00"}
            if place == 0:
                row |= {"Financial Status": status, "Paid at": stamp, "Fulfillment Status": "fulfilled",
                        "Accepts Marketing": "no", "Currency": "USD", "Subtotal": money(subtotal), "Shipping": "6.00",
                        "Taxes": "0.00", "Total": money(subtotal + 600), "Discount Amount": money(discount),
                        "Discount Code": "TEN" if discount else "", "Shipping Method": "Standard",
                        "Shipping Country": "US" if who < "h" else "CA", "Refunded Amount": money(refunded),
                        "Cancelled at": cancelled.strftime("%Y-%m-%d %H:%M:%S -0400") if cancelled else "",
                        "Id": 5550000000 + number, "Source": "web", "Risk Level": "Low", "Outstanding Balance": "0.00"}
            rows.append(row)
    write("shopify_orders/orders_export_1.csv", header, rows)


def woocommerce():
    header = ["Date", "Order #", "N. Revenue (formatted)", "Status", "Customer", "Customer type", "Product(s)", "Items sold",
              "Coupon(s)", "Net Sales", "Attribution"]
    rows, seen = [], set()
    for number, who, at, lines, luck in orders(2):
        net = sum(cents(price) * count for (_, _, price), count in lines)
        status = "completed" if luck < 0.7 else "processing" if luck < 0.8 else "refunded" if luck < 0.9 else "cancelled"
        rows.append({
            "Date": at.strftime("%Y-%m-%d %H:%M:%S"), "Order #": 400 + number,
            "N. Revenue (formatted)": f"${money(net)}", "Status": status, "Customer": f"{who.title()} Example",
            "Customer type": "returning" if who in seen else "new",
            "Product(s)": ", ".join(f"{count}× {name}" for (_, name, _), count in lines),
            "Items sold": sum(count for _, count in lines), "Net Sales": money(net), "Attribution": "Direct"})
        seen.add(who)
    write("woocommerce_orders/wc-orders-report-export.csv", header, rows)


def magento():
    header = ["ID", "Purchase Point", "Purchase Date", "Bill-to Name", "Ship-to Name", "Grand Total (Base)",
              "Grand Total (Purchased)", "Status", "Billing Address", "Shipping Address", "Shipping Information",
              "Customer Email", "Customer Group", "Subtotal", "Shipping and Handling", "Customer Name", "Payment Method",
              "Total Refunded", "Allocated sources"]
    rows = []
    for number, who, at, lines, luck in orders(3):
        subtotal = sum(cents(price) * count for (_, _, price), count in lines)
        refunded = subtotal + 500 if luck > 0.9 else 300 if luck > 0.8 else 0
        status = "closed" if luck > 0.9 else "canceled" if luck < 0.1 else "processing" if luck < 0.2 else "complete"
        rows.append({
            "ID": f"{number:09d}", "Purchase Point": "Main Website\nMain Website Store\n   Default Store View",
            "Purchase Date": at.strftime("%Y-%m-%d %H:%M:%S"), "Bill-to Name": f"{who.title()} Example",
            "Ship-to Name": f"{who.title()} Example", "Grand Total (Base)": f"{money(subtotal + 500)}00",
            "Grand Total (Purchased)": f"{money(subtotal + 500)}00", "Status": status,
            "Customer Email": f"{who}@example.com", "Customer Group": "1" if who < "f" else "0",
            "Subtotal": f"{money(subtotal)}00", "Shipping and Handling": "5.0000", "Customer Name": f"{who.title()} Example",
            "Payment Method": "checkmo", "Total Refunded": f"{money(refunded)}00" if refunded else ""})
    write("magento_orders/export.csv", header, rows)


def amazon():
    header = ["amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
              "fulfillment-channel", "sales-channel", "order-channel", "ship-service-level", "product-name", "sku", "asin",
              "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "shipping-tax",
              "gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city",
              "ship-state", "ship-postal-code", "ship-country", "promotion-ids", "is-business-order",
              "purchase-order-number", "price-designation"]
    rows = []
    for number, _, at, lines, luck in orders(4):
        status = "Cancelled" if luck > 0.9 else "Pending" if luck > 0.85 else "Shipped"
        for (sku, name, price), count in lines:
            whole = cents(price) * count
            rows.append({
                "amazon-order-id": f"112-{number:07d}-0000001", "purchase-date": at.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
                "last-updated-date": (at + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S+00:00"), "order-status": status,
                "fulfillment-channel": "Amazon", "sales-channel": "Amazon.com", "ship-service-level": "Standard",
                "product-name": f'{name} 8"' if sku == "PEN-9" else name, "sku": sku, "asin": f"B0{sku.replace('-', '')}",
                "item-status": status, "quantity": 0 if status == "Cancelled" else count, "currency": "USD",
                "item-price": "" if status == "Cancelled" else money(whole),
                "item-promotion-discount": money(whole // 10) if luck < 0.2 else "", "ship-city": "Testville",
                "ship-country": "US", "is-business-order": "false"})
    path = "amazon_orders/all_orders.txt"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        for row in [dict(zip(header, header)), *rows]:
            file.write("\t".join(str(row.get(name, "")) for name in header) + "\r\n")


def stripe():
    header = ["id", "Created date (UTC)", "Amount", "Amount Refunded", "Currency", "Captured", "Converted Amount",
              "Converted Amount Refunded", "Converted Currency", "Fee", "Status", "Description", "Customer ID",
              "Customer Email", "Invoice ID", "Transfer"]
    rows, charges = [], []
    for number, who, at, lines, luck in orders(5):
        amount = sum(cents(price) * count for (_, _, price), count in lines) + (100_000 if number == 7 else 0)
        status = "Failed" if luck > 0.92 else "Refunded" if luck > 0.84 else "Paid"
        refunded = amount if status == "Refunded" else 450 if status == "Paid" and luck > 0.78 else 0
        grouped = f"{amount // 100:,}.{amount % 100:02d}"
        customer = "" if luck < 0.05 else f"cus_{who}"
        rows.append({
            "id": f"ch_{number:04d}", "Created date (UTC)": at.strftime("%Y-%m-%d %H:%M:%S"), "Amount": grouped,
            "Amount Refunded": money(refunded), "Currency": "usd", "Captured": "false" if status == "Failed" else "true",
            "Converted Amount": grouped, "Converted Amount Refunded": money(refunded), "Converted Currency": "usd",
            "Fee": "0.59", "Status": status, "Description": f"Invoice {number}", "Customer ID": customer,
            "Customer Email": f"{who}@example.com"})
        charges.append({
            "id": f"ch_{number:04d}", "object": "charge", "amount": amount, "amount_refunded": refunded, "captured": True,
            "created": int((at - datetime(1970, 1, 1)).total_seconds()), "currency": "jpy" if number == 6 else "usd",
            "customer": customer or None, "paid": status != "Failed", "refunded": status == "Refunded",
            "billing_details": {"email": f"{who}@example.com"}, "status": "failed" if status == "Failed" else "succeeded"})
    write("stripe_payments/unified_payments.csv", header, rows)
    os.makedirs("stripe_charges", exist_ok=True)
    with open("stripe_charges/charges.json", "w", encoding="utf-8") as file:
        json.dump({"object": "list", "url": "/v1/charges", "has_more": False, "data": charges}, file, indent=1)


def olist():
    chance = random.Random(6)
    bought, lines_, people, products, reviews = [], [], [], [], []
    for number, who, at, lines, luck in orders(6, 36):
        order, person = f"o{number:031d}", f"c{number:031d}"
        status = "canceled" if luck > 0.92 else "unavailable" if luck > 0.88 else "delivered"
        bought.append({
            "order_id": order, "customer_id": person, "order_status": status,
            "order_purchase_timestamp": at, "order_approved_at": at + timedelta(minutes=12),
            "order_estimated_delivery_date": (at + timedelta(days=20)).replace(hour=0, minute=0)})
        people.append({"customer_id": person, "customer_unique_id": f"u{who:0>31}", "customer_zip_code_prefix": "01409",
                       "customer_city": "sao paulo", "customer_state": "SP" if who < "g" else "RJ"})
        item = 0
        for (sku, _, price), count in [] if status == "unavailable" else lines:
            for _ in range(count):
                item += 1
                lines_.append({"order_id": order, "order_item_id": item, "product_id": f"p{sku:0>31}", "seller_id": "s1",
                               "shipping_limit_date": at + timedelta(days=5), "price": price, "freight_value": "8.72"})
        if luck < 0.8:
            reviews.append({"review_id": f"r{number // 2:031d}", "order_id": order, "review_score": chance.randint(1, 5),
                            "review_comment_message": "Chegou bem, \nobrigado" if luck < 0.3 else "",
                            "review_creation_date": (at + timedelta(days=9)).replace(hour=0, minute=0),
                            "review_answer_timestamp": at + timedelta(days=10)})
    for at, (sku, _, _) in enumerate(GOODS):
        products.append({"product_id": f"p{sku:0>31}", "product_category_name": "" if at == 4 else ["decoracao", "malas"][at % 2],
                         "product_name_lenght": 40, "product_weight_g": 225})
    folder = "olist"
    write(f"{folder}/olist_orders_dataset.csv",
          ["order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at",
           "order_delivered_carrier_date", "order_delivered_customer_date", "order_estimated_delivery_date"], bought)
    write(f"{folder}/olist_order_items_dataset.csv",
          ["order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price", "freight_value"], lines_)
    write(f"{folder}/olist_customers_dataset.csv",
          ["customer_id", "customer_unique_id", "customer_zip_code_prefix", "customer_city", "customer_state"], people)
    write(f"{folder}/olist_products_dataset.csv",
          ["product_id", "product_category_name", "product_name_lenght", "product_description_lenght", "product_photos_qty",
           "product_weight_g", "product_length_cm", "product_height_cm", "product_width_cm"], products)
    write(f"{folder}/olist_order_reviews_dataset.csv",
          ["review_id", "order_id", "review_score", "review_comment_title", "review_comment_message",
           "review_creation_date", "review_answer_timestamp"], reviews)


def answers(seed, count=24):
    chance = random.Random(seed)
    at = START
    for number in range(1, count + 1):
        at += timedelta(hours=chance.randint(5, 90), seconds=chance.randint(0, 59))
        nps = "" if chance.random() < 0.1 else chance.randint(0, 10)
        yield number, chance.choice(PEOPLE), at, nps, chance.randint(1, 5)


def qualtrics():
    header = ["StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
              "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference",
              "LocationLatitude", "LocationLongitude", "DistributionChannel", "UserLanguage", "Q1_NPS_GROUP", "Q1", "Q2", "Q3"]
    wording = ["Start Date", "End Date", "Response Type", "IP Address", "Progress", "Duration (in seconds)", "Finished",
               "Recorded Date", "Response ID", "Recipient Last Name", "Recipient First Name", "Recipient Email",
               "External Data Reference", "Location Latitude", "Location Longitude", "Distribution Channel", "User Language",
               "How likely are you to recommend us to a friend? - Group", "How likely are you to recommend us to a friend?",
               "How satisfied are you with us?", "What else would you like to say?"]
    imports = [json.dumps({"ImportId": name}) for name in
               ["startDate", "endDate", "status", "ipAddress", "progress", "duration", "finished", "recordedDate", "_recordId",
                "recipientLastName", "recipientFirstName", "recipientEmail", "externalDataReference", "locationLatitude",
                "locationLongitude", "distributionChannel", "userLanguage", "QID1_NPS_GROUP", "QID1", "QID2", "QID3_TEXT"]]
    rows = []
    for number, who, at, nps, csat in answers(7):
        group = "" if nps == "" else 3 if nps > 8 else 2 if nps > 6 else 1
        rows.append({
            "StartDate": at, "EndDate": at + timedelta(minutes=4), "Status": 1 if number == 1 else 0, "IPAddress": "192.0.2.7", "Progress": 100,
            "Duration (in seconds)": 240, "Finished": 1, "RecordedDate": at + timedelta(minutes=4, seconds=1),
            "ResponseId": f"R_{number:04d}x", "RecipientEmail": f"{who}@example.com", "DistributionChannel": "email",
            "UserLanguage": "EN", "Q1_NPS_GROUP": group, "Q1": nps, "Q2": csat, "Q3": "Fine,\nthanks" if number == 4 else ""})
    write("qualtrics/survey.csv", header, rows, before=[wording, imports])


def surveymonkey():
    header = ["Respondent ID", "Collector ID", "Date Created", "Date Modified", "IP Address", "Email Address", "First Name",
              "Last Name", "Custom Data 1", "How likely is it that you would recommend us to a friend?",
              "Overall, how satisfied are you with us?", "What could be better?"]
    second = ["", "", "", "", "", "", "", "", "", "", "Response", "Open-Ended Response"]
    rows = []
    for number, who, at, nps, csat in answers(8):
        rows.append(dict(zip(header, [
            118052219000 + number, 446111201, at.strftime("%m/%d/%Y %I:%M:%S %p"),
            (at + timedelta(minutes=5)).strftime("%m/%d/%Y %I:%M:%S %p"), "192.0.2.8", f"{who}@example.com", "", "", "", nps,
            csat, "More blue" if number == 3 else ""])))
    write("surveymonkey/responses.csv", header, rows, before=[second])


def typeform():
    header = ["#", "How likely are you to recommend us?", "How satisfied were you with your order?", "email",
              "Response Type", "Start Date (UTC)", "Stage Date (UTC)", "Submit Date (UTC)", "Network ID", "Tags"]
    rows = []
    for number, who, at, nps, csat in answers(9):
        rows.append(dict(zip(header, [
            f"a{number:015x}", nps, csat, f"{who}@example.com", "completed", at, "", at + timedelta(minutes=2), "d3560842b2",
            ""])))
    write("typeform/responses.csv", header, rows)


def google_forms():
    header = ["Timestamp", "Email Address", "How likely are you to recommend us?", "How satisfied are you with the delivery?",
              "Anything else?"]
    rows = []
    for number, who, at, nps, csat in answers(10):
        stamp = f"{at.month}/{at.day}/{at.year} {at.hour}:{at.minute:02d}:{at.second:02d}"
        rows.append(dict(zip(header, [stamp, f"{who}@example.com", nps, csat, "No" if number == 2 else ""])))
    write("google_forms/Feedback (Responses) - Form Responses 1.csv", header, rows)


def zendesk():
    chance = random.Random(11)
    tickets, at = [], START
    for number in range(1, 25):
        at += timedelta(hours=chance.randint(10, 100))
        status = chance.choice(["open", "pending", "solved", "closed", "closed"])
        tickets.append({
            "id": number, "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "updated_at": (at + timedelta(hours=chance.randint(1, 70))).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "type": chance.choice(["problem", "incident", "question", "task", None]), "subject": f"About order {number}",
            "priority": "normal", "status": status, "requester_id": 20_978_392 + chance.randint(0, 9), "submitter_id": 76872,
            "via": {"channel": chance.choice(["email", "web", "chat"])}, "tags": ["shop"],
            "satisfaction_rating": {"score": chance.choice(["good", "good", "bad", "offered", "unoffered"])}})
        if status in ("solved", "closed"):
            solved = (at + timedelta(minutes=chance.randint(60, 4000))).strftime("%Y-%m-%dT%H:%M:%SZ")
            tickets[-1]["metric_set"] = {"reply_time_in_minutes": {"calendar": chance.randint(1, 59), "business": None},
                                         "solved_at": solved}
    os.makedirs("zendesk_tickets", exist_ok=True)
    with open("zendesk_tickets/tickets.json", "w", encoding="utf-8") as file:
        json.dump({"tickets": tickets, "next_page": None, "previous_page": None, "count": len(tickets)}, file, indent=1)


def contacts():
    chance = random.Random(12)
    hubspot, klaviyo = [], []
    for number, who in enumerate(PEOPLE, 1):
        at = START - timedelta(days=chance.randint(1, 300), minutes=chance.randint(0, 900))
        hubspot.append({
            "Record ID": 39779198000 + number, "First Name": who.title(), "Last Name": "Example",
            "Email": f"{who}@example.com" if number != 5 else "", "Phone Number": "+1 555-2001", "Contact owner": "Sam Sales",
            "Lead Status": "New", "Lifecycle Stage": chance.choice(["Customer", "Lead", "Subscriber"]),
            "Create Date": at.strftime("%Y-%m-%d %H:%M"), "Country/Region": chance.choice(["France", "Australia", ""]),
            "Original Source": chance.choice(["Organic search", "Paid search", "Offline sources"])})
        klaviyo.append({
            "Email": f"{who.title()}@example.com", "Klaviyo ID": f"01{number:024d}", "First Name": who.title(),
            "Last Name": "Example", "City": "Testville", "State / Region": "MA", "Country": "United States",
            "Zip Code": "02110", "Source": chance.choice(["Signup form", "Checkout"]), "Email Marketing Consent": "SUBSCRIBED",
            "Profile Created On": at.strftime("%Y-%m-%d %H:%M:%S"), "Date Added": at.strftime("%Y-%m-%d %H:%M:%S")})
    write("hubspot_contacts/hubspot-crm-exports-all-contacts.csv", list(hubspot[0]), hubspot)
    write("klaviyo_profiles/export.csv", list(klaviyo[0]), klaviyo)


for export in (shopify, woocommerce, magento, amazon, stripe, olist, qualtrics, surveymonkey, typeform, google_forms, zendesk,
               contacts):
    export()
