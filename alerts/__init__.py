"""From events to alerts, and from alerts to the people who answer them."""
