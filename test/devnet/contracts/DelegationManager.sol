// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the DelegationManager of EigenLayer core: becoming an EigenLayer operator, and the shares that weigh.
// The constructor says whether it has the registerAsOperator of M2 (v0.3.3 to v0.5.4) or that of v1.0.2 and later; the
// other one answers as an unknown selector does, by an empty revert.
// Enforced: an address that is already an operator cannot become one again, and nobody can stop being one.
//
// Left out: stakers, delegation by others, approver signatures, withdrawals, details and their limits, allocation
// delays, pausing. setShares is for tests and open to anyone.

contract DelegationManager {
    struct OperatorDetails {
        address earningsReceiver;
        address delegationApprover;
        uint32 stakerOptOutWindowBlocks;
    }

    error ActivelyDelegated();

    event OperatorRegistered(address indexed operator, OperatorDetails operatorDetails);
    event OperatorRegistered(address indexed operator, address delegationApprover);
    event DelegationApproverUpdated(address indexed operator, address newDelegationApprover);
    event OperatorMetadataURIUpdated(address indexed operator, string metadataURI);

    bool private immutable _isM2;

    mapping(address operator => mapping(address strategy => uint256)) public operatorShares;
    mapping(address staker => address operator) public delegatedTo;

    constructor(bool isM2) {
        _isM2 = isM2;
    }

    function registerAsOperator(OperatorDetails calldata details, string calldata metadataURI) external {
        if (!_isM2) revert();
        require(
            delegatedTo[msg.sender] == address(0),
            "DelegationManager.registerAsOperator: caller is already actively delegated"
        );
        delegatedTo[msg.sender] = msg.sender;
        emit OperatorRegistered(msg.sender, details);
        emit OperatorMetadataURIUpdated(msg.sender, metadataURI);
    }

    function registerAsOperator(address delegationApprover, uint32, string calldata metadataURI) external {
        if (_isM2) revert();
        if (delegatedTo[msg.sender] != address(0)) revert ActivelyDelegated();
        delegatedTo[msg.sender] = msg.sender;
        emit DelegationApproverUpdated(msg.sender, delegationApprover);
        emit OperatorRegistered(msg.sender, delegationApprover);
        emit OperatorMetadataURIUpdated(msg.sender, metadataURI);
    }

    function isOperator(address operator) external view returns (bool) {
        return operator != address(0) && delegatedTo[operator] == operator;
    }

    function getOperatorShares(address operator, address[] calldata strategies)
        external
        view
        returns (uint256[] memory shares)
    {
        shares = new uint256[](strategies.length);
        for (uint256 i = 0; i < strategies.length; i++) {
            shares[i] = operatorShares[operator][strategies[i]];
        }
    }

    function setShares(address operator, address strategy, uint256 amount) external {
        operatorShares[operator][strategy] = amount;
    }
}
