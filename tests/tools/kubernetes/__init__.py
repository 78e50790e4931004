"""One suite on two control planes: a fake, and a real one where QUARTERDECK_TEST_KUBECONFIG names it."""
