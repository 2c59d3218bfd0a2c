"""`agentdesk assist bench`: how good suggestions are on a labelled set, with intervals, times and the data's digest."""
