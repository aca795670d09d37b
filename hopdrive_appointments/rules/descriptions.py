"""What each field means, with an example of its value, for the documents and schemas.

`rules` does not import this module: only the exports need it.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ._table import table
from .fields import (
    APPOINTMENT_TIME,
    CONFIG,
    CONSUMER_AT_PICKUP,
    CONSUMER_PHONE,
    CUSTOMER_ID,
    PICKUP_LOCATION_ID,
    TRANSPORTATION_TYPE,
    VEHICLE_VIN,
    VEHICLE_YEAR,
)
from .vocabulary import Status, TransportationType


class Description(NamedTuple):
    """The meaning of one field, and an example."""

    field: str
    meaning: str
    example: object
    """A JSON value that the grammar accepts at any time until 2031."""


DESCRIPTIONS: Final[Mapping[str, Description]] = table(
    lambda row: row.field,
    (
        Description("id", "The id of the appointment. HopDrive assigns it.", 17),
        Description("status", "Where the appointment is in its lifecycle.", Status.NEW.value),
        Description("version", "How often the record has changed, counting its creation.", 1),
        Description("created_at", "When the record was created.", "2031-05-12T14:00:00Z"),
        Description("updated_at", "When the record last changed.", "2031-05-12T14:00:00Z"),
        Description("paid_at", "When the payment was completed. Null without a completed payment.", None),
        Description("move_id", "The id of the move. HopDrive sets it.", None),
        Description("workflow_set_id", "The id of the workflow set of the move. HopDrive sets it.", None),
        Description(
            CUSTOMER_ID, "The id of the customer to whom the appointment belongs, as HopDrive assigns it.", 4107
        ),
        Description(
            CONSUMER_AT_PICKUP,
            "Where the vehicle is: true if it is where the consumer is, false if it is already at the dealership.",
            True,
        ),
        Description("delivery_location_id", "The id of the dealership's service address.", 88120),
        Description(PICKUP_LOCATION_ID, "The id of the address where the vehicle or the consumer is picked up.", 90455),
        Description(APPOINTMENT_TIME, "When the vehicle has to arrive at the dealership.", "2031-05-19T08:30:00-04:00"),
        Description("consumer_name", "The name of the consumer.", "Maria Okafor"),
        Description(CONSUMER_PHONE, "The telephone number of the consumer, best in E.164 format.", "+18045550142"),
        Description(
            VEHICLE_VIN,
            "The vehicle identification number (ISO 3779). A malformed one makes the appointment pending.",
            "4T1BF1FK4CU100214",
        ),
        Description("vehicle_make", "The make of the vehicle.", "Toyota"),
        Description("vehicle_model", "The model of the vehicle.", "Camry"),
        Description("vehicle_color", "The color of the vehicle.", "Blue"),
        Description(VEHICLE_YEAR, "The model year of the vehicle.", 2021),
        Description("vehicle_manual", "Whether the vehicle has a manual transmission.", False),
        Description("driver_notes", "Notes for the driver. They can have several lines.", "Ring at the side door."),
        Description(
            CONFIG, "Settings of the integration, as any JSON object.", {"source": "service-lane", "advisor": 17}
        ),
        Description(
            TRANSPORTATION_TYPE,
            "How the vehicle, or its owner, gets to the dealership. Null while nothing is elected.",
            TransportationType.VALET.value,
        ),
    ),
)
