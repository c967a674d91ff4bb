"""The token engine: state and command in, Step out; pure, with one file per BPMN element."""
