"""Customers over HTTP: found by a number, an id or a name; shown; tagged."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import CustomerAnswer, CustomerList, CustomerRow
from ccswitch.desk.bodies import CustomersQuery, TagChange
from ccswitch.desk.document import CHANGING, DOCUMENT, READING, answers
from ccswitch.desk.errors import Declined
from ccswitch.desk.ports import CustomerRecord, Ports


class Customers:
    """/customers, /customers/{customer} and /customers/{customer}/tags."""

    def __init__(self, ports: Ports) -> None:
        self._records = ports.records

    @DOCUMENT.validate(query=CustomersQuery, resp=answers(CustomerList, READING), tags=["customers"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Find customers by a number, an id in another system or a part of the name; who called last goes first."""
        demand(req.context.holder, Right.CUSTOMERS)
        query: CustomersQuery = req.context.query
        found = self._records.customers(query.find)
        resp.media = CustomerList(customers=[CustomerRow.model_validate(one, from_attributes=True) for one in found])

    @DOCUMENT.validate(resp=answers(CustomerAnswer, READING), tags=["customers"])
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, customer: int) -> None:
        """Show one customer."""
        demand(req.context.holder, Right.CUSTOMERS)
        resp.media = _shown(self._records.customer(customer), customer)

    @DOCUMENT.validate(json=TagChange, resp=answers(CustomerAnswer, CHANGING), tags=["customers"])
    def on_post_tags(self, req: falcon.Request, resp: falcon.Response, customer: int) -> None:
        """Give a customer tags, and take tags away."""
        holder = req.context.holder
        demand(holder, Right.CUSTOMERS)
        body: TagChange = req.context.json
        found = self._records.tag_customer(customer, add=body.add, remove=body.remove)
        answer = _shown(found, customer)
        what = {"customer": customer, "add": body.add, "remove": body.remove}
        said = f"tags: {', '.join(answer.customer.tags)}"
        self._records.audit(author=holder.name, kind="customer tag", what=what, accepted=True, said=said)
        resp.media = answer


def _shown(found: CustomerRecord | None, customer: int) -> CustomerAnswer:
    if found is None:
        raise Declined(falcon.HTTP_404, "No such customer", f"no customer {customer}", "`ccswitch customer find`")
    return CustomerAnswer(customer=CustomerRow.model_validate(found, from_attributes=True))
