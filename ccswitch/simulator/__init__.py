"""A FreeSWITCH that speaks ESL over TCP, so that the controller cannot tell, with the switch's own timing."""
